// SPDX-License-Identifier: EUPL-1.2
// Who works with whom: the rows of the table are pairs, the number is what they share. On a circle, as
// members of one partnership all work with each other: anything else makes a ball of them.
import { base, INK, phrase, SERIES, tooltip } from "./look.mjs";

const SMALL = 500;

export const height = (data, width) => (width < SMALL ? width : Math.max(560, Math.min(820, width * 0.7)));

export function options({ series, rows }, width) {
  const nodes = new Map(); // by identifier: two organisations may have one name
  for (const row of rows) {
    for (const [id, name] of [[row.id, row.name], [row.otherId, row.other]]) {
      if (!nodes.has(id)) nodes.set(id, { name, sum: 0 });
      nodes.get(id).sum += row.values[0];
    }
  }
  const most = Math.max(1, ...[...nodes.values()].map((node) => node.sum));
  const strongest = Math.max(1, ...rows.map((row) => row.values[0]));
  const counted = (n) => phrase(`${series[0]}: ${n}`);
  const room = width < SMALL ? 16 : 200; // for names around the circle; a small screen has the table's
  return {
    ...base(),
    tooltip: tooltip((item) => (item.dataType === "edge"
      ? [item.data.source, item.data.target].map((id) => phrase(nodes.get(id).name)).join("\n") + `\n${counted(item.value)}`
      : phrase(item.name))),
    series: [{
      type: "graph",
      layout: "circular",
      circular: { rotateLabel: true },
      top: room,
      bottom: room,
      left: room,
      right: room,
      roam: false,
      cursor: "default",
      data: [...nodes].map(([id, { name, sum }]) => ({ id, name, value: sum, symbolSize: 6 + 14 * Math.sqrt(sum / most) })),
      links: rows.map((row) => ({
        source: row.id,
        target: row.otherId,
        value: row.values[0],
        lineStyle: { width: 0.6 + 3 * (row.values[0] / strongest) ** 2, opacity: 0.15 + 0.5 * (row.values[0] / strongest) ** 2 },
      })),
      itemStyle: { color: SERIES[0], borderColor: "#fff", borderWidth: 1 },
      lineStyle: { color: "#4d5b69", curveness: 0.3 },
      emphasis: { focus: "adjacency", lineStyle: { color: SERIES[1], opacity: 1 } },
      label: { show: width >= SMALL, color: INK, fontSize: 12, width: room - 15, overflow: "truncate", formatter: (item) => phrase(item.name) },
      labelLayout: { hideOverlap: true },
    }],
  };
}
