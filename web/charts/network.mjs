// SPDX-License-Identifier: EUPL-1.2
// Who works with whom: the rows of the table are pairs, each number is what they share, a line for each kind of it: solid
// and dashed, in colours that are told apart. On a circle, as members of one partnership all work with each other:
// anything else makes a ball of them.
import { base, INK, phrase, SERIES, tooltip } from "./look.mjs";

const SMALL = 500;
const LINES = [{ color: SERIES[0], type: "solid", curveness: 0.3 }, { color: SERIES[5], type: "dashed", curveness: 0.15 }];
const sumOf = (numbers) => numbers.reduce((sum, n) => sum + n, 0);

export const height = (data, width) => (width < SMALL ? width : Math.max(560, Math.min(820, width * 0.7)));

export function options({ series, rows }, width) {
  const nodes = new Map(); // by identifier: two organisations may have one name
  for (const row of rows) {
    for (const [id, name] of [[row.id, row.name], [row.otherId, row.other]]) {
      if (!nodes.has(id)) nodes.set(id, { name, sum: 0 });
      nodes.get(id).sum += sumOf(row.values);
    }
  }
  const most = Math.max(1, ...[...nodes.values()].map((node) => node.sum));
  const strongest = series.map((_, at) => Math.max(1, ...rows.map((row) => row.values[at])));
  const counted = (values) => series.map((name, at) => phrase(`${name}: ${values[at]}`)).join("\n");
  const room = width < SMALL ? 16 : 200; // for names around the circle; a small screen has the table's
  return {
    ...base(),
    tooltip: tooltip((item) => (item.dataType === "edge"
      ? [item.data.source, item.data.target].map((id) => phrase(nodes.get(id).name)).join("\n") + `\n${counted(item.data.values)}`
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
      links: rows.flatMap((row) => series.map((_, at) => ({ at, strength: (row.values[at] / strongest[at]) ** 2 }))
        .filter(({ at }) => row.values[at] > 0)
        .map(({ at, strength }) => ({
          source: row.id,
          target: row.otherId,
          value: row.values[at],
          values: row.values,
          lineStyle: { ...LINES[at], width: 0.6 + 3 * strength, opacity: 0.25 + 0.5 * strength },
        }))),
      itemStyle: { color: INK, borderColor: "#fff", borderWidth: 1 },
      emphasis: { focus: "adjacency", lineStyle: { opacity: 1 } },
      label: { show: width >= SMALL, color: INK, fontSize: 12, lineHeight: 16, width: room - 15, overflow: "break", formatter: (item) => phrase(item.name) },
      labelLayout: { hideOverlap: true },
    }],
  };
}
