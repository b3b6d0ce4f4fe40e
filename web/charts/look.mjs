// SPDX-License-Identifier: EUPL-1.2
// How all charts look. Colours of series are those of Okabe and Ito, which people tell apart however
// they see colours; the steps of the map go from light to dark in one hue.

export const SERIES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
export const STEPS = ["#cfe3f1", "#93c1e0", "#4f97c7", "#1f6ca5", "#0b3f6b"];
export const NOTHING = "#eceff2";
export const INK = "#1d2733";
export const SOFT = "#55616d";
export const LINE = "#d5dbe1";

export const isRtl = () => document.documentElement.dir === "rtl";

// The drawing runs from left to right; a text in it keeps the direction of its page.
export const phrase = (text) => (isRtl() ? `\u2067${text}\u2069` : text);

// Names in quotes that may stand in an attribute of a picture that is saved, too.
export const font = () => getComputedStyle(document.body).fontFamily.replaceAll('"', "'");

// Still: a bar that grows shows numbers that are not true while it does, to whoever prints or looks early.
export const base = () => ({
  animation: false,
  textStyle: { fontFamily: font(), fontSize: 13, color: INK },
});

// In the drawing itself, as a policy against inline styles forbids boxes of HTML.
export const tooltip = (formatter) => ({
  renderMode: "richText",
  confine: true,
  backgroundColor: "#fff",
  borderColor: SOFT,
  borderWidth: 1,
  padding: 8,
  textStyle: { color: INK, fontSize: 13, lineHeight: 18, fontFamily: font(), align: isRtl() ? "right" : "left" },
  // A name may hold "{", which would begin a style of the drawing: {style|text}.
  formatter: (...of) => formatter(...of).replaceAll("{", "{\u2060"),
});
