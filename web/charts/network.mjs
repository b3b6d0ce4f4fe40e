// SPDX-License-Identifier: EUPL-1.2
// Who works with whom: the rows of the table are pairs, the number is what they share.
import { base, INK, phrase, SERIES, tooltip } from "./look.mjs";

export const height = (data, width) => Math.max(360, Math.min(680, width * 0.62));

export function options({ series, rows }, width) {
  const share = new Map();
  for (const row of rows) {
    for (const name of [row.name, row.other]) share.set(name, (share.get(name) ?? 0) + row.values[0]);
  }
  const most = Math.max(1, ...share.values());
  const strongest = Math.max(1, ...rows.map((row) => row.values[0]));
  const counted = (n) => phrase(`${series[0]}: ${n}`);
  return {
    ...base(),
    tooltip: tooltip((item) => (item.dataType === "edge"
      ? [item.data.source, item.data.target].map(phrase).join("\n") + `\n${counted(item.value)}`
      : phrase(item.name))),
    series: [{
      type: "graph",
      layout: "force",
      force: { initLayout: "circular", layoutAnimation: false, repulsion: width < 500 ? 90 : 320, edgeLength: width < 500 ? [20, 60] : [60, 170], gravity: 0.12 },
      roam: false,
      cursor: "default",
      data: [...share].map(([name, sum]) => ({ name, value: sum, symbolSize: 8 + 22 * Math.sqrt(sum / most) })),
      links: rows.map((row) => ({
        source: row.name,
        target: row.other,
        value: row.values[0],
        lineStyle: { width: 1 + 4 * (row.values[0] / strongest) },
      })),
      itemStyle: { color: SERIES[0], borderColor: "#fff", borderWidth: 1.5 },
      lineStyle: { color: "#7d8894", opacity: 0.55, curveness: 0.08 },
      emphasis: { focus: "adjacency", lineStyle: { color: SERIES[1], opacity: 0.9 } },
      label: { show: true, position: "bottom", color: INK, fontSize: 12, width: width < 500 ? 90 : 150, overflow: "truncate", formatter: (item) => phrase(item.name), textBorderColor: "#fff", textBorderWidth: 2 },
      labelLayout: { hideOverlap: true },
    }],
  };
}
