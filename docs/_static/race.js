"use strict";
// Playground 01 without a kernel: what course_utils/widgets/fit_line.py computes and shows, and a test holds the two equal.

const race = (() => {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  function descent(x, y, steps, learningRate) {
    const path = [[0, 0]];
    for (let step = 0; step < steps; step++) {
      const [a, b] = path[step];
      const error = x.map((value, place) => a * value + b - y[place]);
      const slopeA = mean(error.map((value, place) => 2 * value * x[place]));
      const slopeB = mean(error.map((value) => 2 * value));
      path.push([a - learningRate * slopeA, b - learningRate * slopeB]);
    }
    return path;
  }

  function meanSquaredError(x, y, a, b) {
    return mean(x.map((value, place) => (a * value + b - y[place]) ** 2));
  }

  const LONG = 10000; // from here on, numbers are written with a power of ten
  const power = (value) => value.toExponential(1).replace(/e([+-])(\d)$/, "e$10$2");
  const number = (value) => (Math.abs(value) < LONG ? value.toFixed(2) : power(value));
  const errorText = (value) => (value < LONG ? value.toFixed(4) : power(value));
  const lineText = (a, b) => `y = ${number(a)}x ${b < 0 ? "-" : "+"} ${number(Math.abs(b))}`;

  // ---- drawing: a panel is 360 by 270, with its axes inside

  const [LEFT, RIGHT, TOP, BOTTOM] = [74, 350, 10, 225];
  const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low)) * (to - from);
  const within = (value, low, high) => Math.min(Math.max(value, low), high);

  function panel(xAxis, yAxis, drawn) {
    const upright = xAxis.ticks
      .map(([text, at]) => `<path class="grid" d="M${at} ${TOP}V${BOTTOM}"/><text x="${at}" y="${BOTTOM + 18}" text-anchor="middle">${text}</text>`)
      .join("");
    const level = yAxis.ticks
      .map(([text, at]) => `<path class="grid" d="M${LEFT} ${at}H${RIGHT}"/><text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${text}</text>`)
      .join("");
    return (
      `<svg viewBox="0 0 360 270" aria-hidden="true"><clipPath id="${xAxis.id}"><path d="M${LEFT} ${TOP}H${RIGHT}V${BOTTOM}H${LEFT}z"/></clipPath>` +
      `${upright}${level}<text x="212" y="262" text-anchor="middle">${xAxis.label}</text>` +
      `<text transform="rotate(-90)" x="-118" y="13" text-anchor="middle">${yAxis.label}</text>` +
      `<g clip-path="url(#${xAxis.id})">${drawn}</g><path class="frame" d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}"/></svg>`
    );
  }

  const polyline = (name, points) => `<polyline class="${name}" points="${points.map((point) => point.join()).join(" ")}"/>`;

  function linesPanel({ x, y }, yours, its) {
    const [left, right] = [Math.min(...x) - 0.5, Math.max(...x) + 0.5];
    const [low, high] = [Math.min(...y) - 3, Math.max(...y) + 3];
    const [across, up] = [scale(left, right, LEFT, RIGHT), scale(low, high, BOTTOM, TOP)];
    // a line that exploded ends far outside of what is drawn, but not where SVG loses count
    const line = (name, [a, b]) => polyline(name, [left, right].map((at) => [across(at), within(up(a * at + b), -1e5, 1e5)]));
    const misses = x.map((at, place) => `<path class="miss" d="M${across(at)} ${up(y[place])}V${up(yours[0] * at + yours[1])}"/>`);
    const examples = x.map((at, place) => `<circle class="examples" cx="${across(at)}" cy="${up(y[place])}" r="4.5"/>`);
    return panel(
      { id: "race-lines", label: "x", ticks: x.map((at) => [at, across(at)]) },
      { label: "y", ticks: [-4, 0, 4, 8].filter((at) => at > low && at < high).map((at) => [at, up(at)]) },
      misses.join("") + line("yours", yours) + line("descent", its) + examples.join(""),
    );
  }

  function racePanel({ x, y }, path, yourError) {
    const steps = path.length - 1;
    const across = scale(0, Math.max(steps, 1), LEFT, RIGHT - 8);
    const logarithm = scale(-6, 2, BOTTOM, TOP);
    const up = (value) => logarithm(within(Math.log10(Math.max(value, 1e-12)), -12, 12));
    const losses = path.map(([a, b], step) => [across(step), up(meanSquaredError(x, y, a, b))]);
    const [lastX, lastY] = losses[steps];
    return panel(
      { id: "race-losses", label: "step", ticks: [0, Math.max(steps, 1)].map((step) => [step, across(step)]) },
      { label: "mean squared error", ticks: ["100", "1", "0.01", "0.0001", "1e-6"].map((text) => [text, up(Number(text))]) },
      polyline("yours", [LEFT, RIGHT].map((at) => [at, up(Math.max(yourError, 1e-6))])) +
        polyline("descent", losses) + `<circle class="descent" cx="${lastX}" cy="${lastY}" r="3"/>`,
    );
  }

  function show(place) {
    const given = JSON.parse(place.dataset.race);
    const { x, y } = given;
    place.innerHTML =
      '<div class="panels"></div><p role="status"></p><fieldset><legend class="visually-hidden">The race</legend></fieldset>';
    const inputs = Object.entries(given.controls).map(([name, control]) => {
      const label = document.createElement("label");
      label.innerHTML = '<span></span><span class="value"></span><input type="range" min="0">';
      label.firstChild.textContent = control.label;
      const input = label.lastChild;
      Object.assign(input, { name, max: control.texts.length - 1, value: control.place });
      input.addEventListener("input", draw);
      place.querySelector("fieldset").append(label);
      return input;
    });

    function draw() {
      const values = {};
      for (const input of inputs) {
        const text = given.controls[input.name].texts[input.value];
        values[input.name] = Number(text);
        input.previousSibling.textContent = text;
        input.setAttribute("aria-valuetext", text);
      }
      const path = descent(x, y, values.steps, values.learning_rate);
      const its = path[path.length - 1];
      const [yourError, itsError] = [meanSquaredError(x, y, values.a, values.b), meanSquaredError(x, y, ...its)];
      place.querySelector(".panels").innerHTML = linesPanel(given, [values.a, values.b], its) + racePanel(given, path, yourError);
      const ahead = yourError < itsError ? "You are ahead." : "Gradient descent is ahead.";
      place.querySelector("p").textContent =
        `Your line (dashed) is ${lineText(values.a, values.b)}, its mean squared error ${errorText(yourError)}. Gradient descent's, ` +
        `after ${values.steps} steps, is ${lineText(...its)}, its error ${errorText(itsError)}. ${ahead}`;
    }

    draw();
    place.hidden = false;
    // it takes the place of the still picture
    place.closest(".cell_output").querySelector("img").hidden = true;
  }

  document.querySelectorAll(".race").forEach(show);
  return { descent, meanSquaredError };
})();
