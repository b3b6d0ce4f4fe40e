// SPDX-License-Identifier: EUPL-1.2
// Who works with whom: the rows of the table are pairs, each number is what they share, a line for each kind of it: solid
// and dashed, in colours that are told apart. On a circle, as members of one partnership all work with each other:
// anything else makes a ball of them.
// Every organisation has its name beside it or, where that does not fit, its number in the list below.
import { base, font, INK, phrase, SERIES, tooltip } from "./look.mjs";

const SMALL = 500;
const LINES = [{ color: SERIES[0], type: "solid", curveness: 0.3 }, { color: SERIES[5], type: "dashed", curveness: 0.15 }];
const NAMES = { room: 200, width: 183, size: 12, line: 16 }; // around the circle
const NUMBERS = { room: 28, digit: 8, size: 12, line: 14 };
const CLOSE = { digit: 6.4, size: 10, line: 10 }; // numbers in several rings
const DISTANCE = 5; // from a node to its label
const sumOf = (numbers) => numbers.reduce((sum, n) => sum + n, 0);

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

// Words that fit beside each other; one that is wider than the line is broken.
function wrap(text, pen) {
  const fits = (part) => pen.measureText(part).width <= NAMES.width;
  const lines = [""];
  for (const word of text.split(" ").flatMap((w) => (fits(w) ? [w] : w.match(/.{1,12}/gu)))) {
    const longer = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
    if (fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function namesOf(nodes) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${NAMES.size}px ${font()}`;
  return nodes.map(({ name }) => wrap(name, pen));
}

// As high as names around the circle need, at most as high as wide.
const heightOf = (names, width) => (width < SMALL ? width : Math.max(560, Math.min(820, width * 0.7),
  Math.min(width, 2 * NAMES.room + 1.15 * NAMES.line * names.flat().length / Math.PI)));

export const height = ({ rows }, width) => heightOf(namesOf([...nodesOf(rows).values()]), width);

// The radius of the ring.
const around = (size, room) => Math.max(20, size / 2 - room);

// Numbers only, in as few rings as keep them apart: cycles of `every` or one more, so that the last meets the first well.
function numbered(count, size) {
  const digits = `${count}`.length;
  const step = CLOSE.digit * digits + 1;
  for (let every = 1; ; every++) {
    const rest = count % every;
    const rings = rest > 0 ? every + 1 : every;
    const room = rings > 1 ? DISTANCE + 4 + step * rings : Math.max(NUMBERS.room, DISTANCE + 10 + NUMBERS.digit * digits);
    const radius = around(size, room);
    const space = 2 * Math.PI * (radius + 8) / count;
    if (space * every >= (every > 1 ? CLOSE : NUMBERS).line || every * every >= count || every === 5) {
      const long = rest * (every + 1);
      return { radius, room, rings, awayOf: (i) => step * (i < long ? i % (every + 1) : (i - long) % every) };
    }
  }
}

const label = (text, { size, line }, away = 0) => ({ formatter: () => text, fontSize: size, lineHeight: line, distance: DISTANCE + away });

// The biggest first, each name has what its neighbours leave. Nodes stand as far apart as ECharts sets them.
function named(nodes, names, sizes, radius) {
  const halves = sizes.map((size) => Math.asin(Math.min(1, size / 2 / radius)));
  const rest = (Math.PI - sumOf(halves)) / nodes.length;
  const taken = nodes.map(() => NUMBERS.line / 2);
  const fits = (i, j, half) => {
    const angle = 2 * rest + halves[i] + halves[j];
    const inner = radius + DISTANCE + Math.min(sizes[i], sizes[j]) / 2;
    return i === j || inner * Math.sin(Math.min(angle, Math.PI / 2)) >= half + taken[j];
  };
  const has = nodes.map(() => false);
  for (const i of nodes.map((_, at) => at).sort((a, b) => nodes[b].sum - nodes[a].sum)) {
    const half = names[i].length * NAMES.line / 2;
    const beside = [(i + 1) % nodes.length, (i + nodes.length - 1) % nodes.length];
    has[i] = beside.every((j) => fits(i, j, half));
    if (has[i]) taken[i] = half;
  }
  return has;
}

// Where all stands: { room, sizes of nodes, labels: what ECharts is told of each, isWhole: all have names }.
// Where less than half of the names fit, numbers need less room and leave more to the lines.
function plan(nodes, width) {
  const names = namesOf(nodes);
  const size = Math.min(width, heightOf(names, width));
  const most = Math.max(1, ...nodes.map(({ sum }) => sum));
  const sizesAt = (radius) => {
    const space = 2 * Math.PI * radius / nodes.length;
    const least = Math.min(6, space);
    return nodes.map(({ sum }) => least + (Math.min(20, Math.max(6, 0.8 * space)) - least) * Math.sqrt(sum / most));
  };
  const inner = around(size, NAMES.room);
  const has = width < SMALL ? [] : named(nodes, names, sizesAt(inner), inner);
  if (has.filter(Boolean).length * 2 >= nodes.length) {
    const labels = nodes.map(({ number }, i) => (has[i] ? label(names[i].map(phrase).join("\n"), NAMES) : label(`${number}`, NUMBERS)));
    return { room: NAMES.room, sizes: sizesAt(inner), labels, isWhole: has.every(Boolean) };
  }
  const { radius, room, rings, awayOf } = numbered(nodes.length, size);
  const labels = nodes.map(({ number }, i) => label(`${number}`, rings > 1 ? CLOSE : NUMBERS, awayOf(i)));
  return { room, sizes: sizesAt(radius), labels, isWhole: false };
}

// Names in the order of their numbers, where some label is a number.
export function legend({ rows }, width) {
  const nodes = [...nodesOf(rows).values()];
  return plan(nodes, width).isWhole ? [] : nodes.map(({ name }) => name);
}

export function options({ series, rows }, width) {
  const nodes = nodesOf(rows);
  const { room, sizes, labels } = plan([...nodes.values()], width);
  const strongest = series.map((_, at) => Math.max(1, ...rows.map((row) => row.values[at])));
  const counted = (values) => series.map((name, at) => phrase(`${name}: ${values[at]}`)).join("\n");
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
      data: [...nodes].map(([id, { name, sum }], i) => ({ id, name, value: sum, symbolSize: sizes[i], label: labels[i] })),
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
      label: { show: true, color: INK },
    }],
  };
}
