// SPDX-License-Identifier: EUPL-1.2
// The world by country, in an equal-area projection (Equal Earth; Šavrič, Patterson and Jenny, 2018),
// so that no country looks bigger than it is. Names are those of the table, never those of a map.
import { registerMap } from "echarts/core";
import { feature } from "topojson-client";
import { base, NOTHING, phrase, STEPS, tooltip } from "./look.mjs";

const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;
const RADIAN = Math.PI / 180;
const slope = (l2, l6) => A1 + 3 * A2 * l2 + l6 * (7 * A3 + 9 * A4 * l2);
const rise = (l, l2, l6) => l * (A1 + A2 * l2 + l6 * (A3 + A4 * l2));

function project([x, y]) {
  const l = Math.asin(M * Math.sin(y * RADIAN));
  const l2 = l * l;
  const l6 = l2 ** 3;
  return [(x * RADIAN * Math.cos(l)) / (M * slope(l2, l6)), -rise(l, l2, l6)];
}

function unproject([x, y]) {
  let l = -y;
  for (let i = 0; i < 12; i++) l -= (rise(l, l * l, l ** 6) + y) / slope(l * l, l ** 6);
  return [(M * x * slope(l * l, l ** 6)) / Math.cos(l) / RADIAN, Math.asin(Math.sin(l) / M) / RADIAN];
}

// The part of an outline on one side of a meridian: where it crosses, it follows the meridian.
const side = (ring, edge, keeps) => ring.flatMap(([x, y], i) => {
  const [u, v] = ring[(i + 1) % ring.length];
  const cut = keeps(x) !== keeps(u) ? [[edge, y + ((edge - x) / (u - x)) * (v - y)]] : [];
  return keeps(x) ? [[x, y], ...cut] : cut;
});

// Outlines that go on behind 180 degrees are cut there; else a line would run around the world.
function cut(ring) {
  let turn = 0;
  const whole = ring.map(([x, y], i) => {
    if (i > 0) turn += Math.sign(ring[i - 1][0] - x) * (Math.abs(ring[i - 1][0] - x) > 180 ? 360 : 0);
    return [x + turn, y];
  });
  const low = side(whole, -180, (x) => x < -180).map(([x, y]) => [x + 360, y]);
  const middle = side(side(whole, -180, (x) => x >= -180), 180, (x) => x <= 180);
  const high = side(whole, 180, (x) => x > 180).map(([x, y]) => [x - 360, y]);
  return [low, middle, high].filter((part) => part.length > 2);
}

function flat({ type, coordinates }) {
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return {
    type: "MultiPolygon",
    coordinates: polygons.flatMap(([outline, ...holes]) => {
      const parts = cut(outline);
      return parts.length === 1 ? [[parts[0], ...holes]] : parts.map((part) => [part]);
    }),
  };
}

const circle = ([code, x, y]) => ({
  type: "Feature",
  properties: { name: code },
  geometry: {
    type: "Polygon",
    coordinates: [Array.from({ length: 17 }, (_, i) => [x + 1.25 * Math.cos((i * Math.PI) / 8), y + 0.93 * Math.sin((i * Math.PI) / 8)])],
  },
});

// Boundaries come by themselves, and only where a map is.
export async function prepare() {
  const answer = await fetch(document.querySelector("a[data-world]").href);
  if (!answer.ok) throw new Error(`boundaries: ${answer.status}`);
  const { topology, dots } = await answer.json();
  const shapes = feature(topology, topology.objects.countries).features
    .map((f) => ({ type: "Feature", geometry: flat(f.geometry), properties: { name: f.id } }));
  registerMap("world", { geoJSON: { type: "FeatureCollection", features: [...shapes, ...dots.map(circle)] } });
}

export const height = (data, width) => Math.round(width * 0.5) + 50;

// Up to five steps, each reaching twice to ten times as far as the one before.
function pieces(most) {
  const edges = most <= 5 ? [1, 2, 3, 4, 5] : [1, 2, 5, 10, 100].map((e, i) => (most > 500 ? [1, 10, 100, 1000, 10000][i] : e));
  const used = edges.filter((edge) => edge <= Math.max(most, 1));
  return used.map((edge, i) => {
    const max = i + 1 < used.length ? used[i + 1] - 1 : undefined;
    return {
      gte: edge, // "min" leaves its own value out where there is no max
      ...(max === undefined ? {} : { lte: max }),
      label: max === undefined ? (most > edge ? `${edge} +` : `${edge}`) : max === edge ? `${edge}` : `${edge}–${max}`,
      color: STEPS[used.length === 1 ? 2 : Math.round((i * (STEPS.length - 1)) / (used.length - 1))],
    };
  });
}

export function options({ series, rows }, width) {
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const total = (row) => row.values.reduce((a, b) => a + b, 0);
  const most = Math.max(1, ...rows.map(total));
  return {
    ...base(),
    tooltip: tooltip((item) => {
      const row = byCode.get(item.name);
      return row ? [row.name, ...row.values.map((n, i) => `${series[i]}: ${n}`)].map(phrase).join("\n") : "";
    }),
    visualMap: {
      type: "piecewise",
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemWidth: 16,
      itemHeight: 12,
      itemGap: width < 500 ? 6 : 14,
      textGap: 5,
      selectedMode: false,
      hoverLink: false,
      outOfRange: { color: NOTHING },
      pieces: pieces(most),
    },
    series: [{
      type: "map",
      map: "world",
      projection: { project, unproject },
      top: 4,
      bottom: 40,
      left: 4,
      right: 4,
      selectedMode: false,
      label: { show: false },
      itemStyle: { areaColor: NOTHING, borderColor: "#fff", borderWidth: 0.6 },
      emphasis: { label: { show: false }, itemStyle: { areaColor: "#e69f00" } },
      data: rows.filter((row) => total(row) > 0).map((row) => ({ name: row.code, value: total(row) })),
    }],
  };
}
