// SPDX-License-Identifier: EUPL-1.2
// Who works with whom: the rows of the table are pairs, each number is what they share, a line for each kind of it: solid
// and dashed, in colours that are told apart. On a circle, as members of one partnership all work with each other:
// anything else makes a ball of them.
import { base, INK, phrase, SERIES, tooltip } from "./look.mjs";

const SMALL = 500;
const LINES = [{ color: SERIES[0], type: "solid", curveness: 0.3 }, { color: SERIES[5], type: "dashed", curveness: 0.15 }];
const sumOf = (numbers) => numbers.reduce((sum, n) => sum + n, 0);

const isSmall = (width) => width < SMALL;

export const height = (data, width) => (isSmall(width) ? width : Math.max(560, Math.min(820, width * 0.7)));

// By identifier: two organisations may have one name.
function nodesOf(rows) {
  const nodes = new Map();
  for (const row of rows) {
    for (const [id, name] of [[row.id, row.name], [row.otherId, row.other]]) {
      if (!nodes.has(id)) nodes.set(id, { name, number: nodes.size + 1, sum: 0 });
      nodes.get(id).sum += sumOf(row.values);
    }
  }
  return nodes;
}

// A small circle has numbers for names, in the order of this list.
export const legend = ({ rows }, width) => (isSmall(width) ? [...nodesOf(rows).values()].map(({ name }) => name) : []);

export function options({ series, rows }, width) {
  const nodes = nodesOf(rows);
  const most = Math.max(1, ...[...nodes.values()].map((node) => node.sum));
  const strongest = series.map((_, at) => Math.max(1, ...rows.map((row) => row.values[at])));
  const counted = (values) => series.map((name, at) => phrase(`${name}: ${values[at]}`)).join("\n");
  const room = isSmall(width) ? 28 : 200; // for names around the circle
  const labelOf = isSmall(width) ? ({ data }) => `${data.number}` : ({ name }) => phrase(name);
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
      data: [...nodes].map(([id, { name, number, sum }]) => ({ id, name, number, value: sum, symbolSize: 6 + 14 * Math.sqrt(sum / most) })),
      links: rows.flatMap((row) => series.map((_, at) => ({ at, strength: (row.values[at] / strongest[at]) ** 2 }))
        .filter(({ at }) => row.values[at] > 0)
        .map(({ at, strength }) => ({
          source: row.id,
          target: row.otherId,
          value: row.values[at],
          values: row.values,
          lineStyle: { ...LINES[at], width: 1 + 3 * strength, opacity: 0.9 },
        }))),
      itemStyle: { color: INK, borderColor: "#fff", borderWidth: 1 },
      emphasis: { focus: "adjacency", lineStyle: { opacity: 1 } },
      label: { show: true, color: INK, fontSize: 12, lineHeight: 16, width: room - 15, overflow: "break", formatter: labelOf },
      labelLayout: { hideOverlap: true },
    }],
  };
}
