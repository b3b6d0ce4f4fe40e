// SPDX-License-Identifier: EUPL-1.2
// One bar for each row, a piece for each column of numbers. From right to left where people read so.
import { base, INK, isRtl, LINE, phrase, SERIES, SOFT, tooltip } from "./look.mjs";

const ROW = 30;

// The goal's own colour, as the style sheet has it.
function goalColour(code) {
  const probe = document.createElement("span");
  probe.className = `cc-sdg cc-sdg-${code}`;
  probe.append(Object.assign(document.createElement("span"), { className: "cc-sdg-number" }));
  document.body.append(probe);
  const colour = getComputedStyle(probe.firstChild).backgroundColor;
  probe.remove();
  return colour;
}

export const height = ({ rows, series }) => rows.length * ROW + (series.length > 1 ? 80 : 40);

export function options({ series, rows }, width, figure) {
  const rtl = isRtl();
  const isSingle = series.length === 1;
  const isGoals = figure.dataset.colours === "goals";
  const labels = Math.min(Math.round(width * 0.42), 330);
  return {
    ...base(),
    color: SERIES,
    grid: { top: isSingle ? 8 : 40, bottom: 28, [rtl ? "right" : "left"]: labels, [rtl ? "left" : "right"]: 44 },
    legend: isSingle ? undefined : { top: 0, [rtl ? "right" : "left"]: 0, icon: "rect", itemWidth: 14, itemHeight: 14, formatter: phrase },
    tooltip: {
      ...tooltip((items) => [rows[items[0].dataIndex].name, ...items.map((i) => `${i.seriesName}: ${i.value}`)].map(phrase).join("\n")),
      trigger: "axis",
      axisPointer: { type: "shadow" },
    },
    xAxis: {
      type: "value",
      inverse: rtl,
      minInterval: 1,
      splitNumber: width < 500 ? 3 : 5,
      axisLabel: { color: SOFT, hideOverlap: true },
      splitLine: { lineStyle: { color: LINE } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      position: rtl ? "right" : "left",
      data: rows.map((row) => row.name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: SOFT } },
      axisLabel: { color: INK, fontSize: 13, width: labels - 12, overflow: "truncate", interval: 0, formatter: phrase },
    },
    series: series.map((name, at) => ({
      name,
      type: "bar",
      stack: "all",
      barMaxWidth: 20,
      data: rows.map((row) => ({
        value: row.values[at],
        itemStyle: isSingle && isGoals ? { color: goalColour(row.code) } : undefined,
      })),
      label: isSingle ? { show: true, position: rtl ? "left" : "right", color: INK } : undefined,
    })),
  };
}
