// The page's side of a playground: a picture, and under it HTML's own controls, which bring their keyboard and their roles.

const PATIENCE_MS = 5000;
const SHEET = 100; // as wide and as high as the sheet is in its own units
const STEP = 4; // how far an arrow key moves the pen
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// A control is made once from what Python says of it, and then shows each setting that it gets; `tell` sends a new one.
const CONTROLS = {
  slider({ label }, tell) {
    const input = make("input", { type: "range", oninput: () => tell(input.valueAsNumber) });
    const text = make("span", { className: "text", ariaHidden: "true" });
    return {
      node: make("div", {}, make("label", {}, make("span", {}, label), input), text),
      show(setting, { texts }) {
        input.max = texts.length - 1;
        // the slider keeps its length, however long the text is
        text.style.flexBasis = `${Math.max(...texts.map(({ length }) => length))}ch`;
        input.value = setting;
        input.ariaValueText = text.textContent = texts[setting];
      },
    };
  },

  choice({ label, texts, own, example }, tell) {
    const name = `choice-${Math.random()}`;
    const button = (text, choose) => {
      const input = make("input", { type: "radio", name, onchange: choose });
      return [input, make("label", {}, input, text)];
    };
    const buttons = texts.map((text, place) => button(text, () => tell(place)));
    const group = make("span", { role: "radiogroup", ariaLabel: label }, ...buttons.map(([, node]) => node));
    const written = make("input", { type: "text", value: example ?? "", ariaLabel: own, onchange: () => tell(written.value) });
    const [last, ownButton] = button(own, () => tell(written.value));
    if (own) group.append(ownButton, written);
    return {
      node: make("div", { className: "choice" }, make("span", { ariaHidden: "true" }, label), group),
      show(setting) {
        const isOwn = typeof setting === "string";
        if (isOwn) written.value = setting;
        (isOwn ? last : buttons[setting][0]).checked = true;
      },
    };
  },

  switch({ label }, tell) {
    const input = make("input", { type: "checkbox", onchange: () => tell(input.checked) });
    return {
      node: make("div", {}, make("label", {}, make("span"), make("span", {}, input, label))),
      show: (setting) => (input.checked = setting),
    };
  },

  sheet({ label, examples }, tell) {
    const sheet = make("div", { className: "surface", tabIndex: 0, role: "application", ariaLabel: label });
    sheet.innerHTML = `<svg viewBox="0 0 ${SHEET} ${SHEET}" aria-hidden="true"><path/><circle r="3"/></svg>`;
    const [path, pen] = sheet.querySelectorAll("path, circle");
    let strokes = "";
    let place = [SHEET / 2, SHEET / 2];
    let isDown = false;
    const draw = (x, y, begins) => {
      place = [x, y].map((value) => Math.max(0, Math.min(SHEET, Math.round(value))));
      pen.setAttribute("transform", `translate(${place})`);
      if (begins) strokes += `${strokes && " / "}${place} ${place}`; // twice, so that a dot is a line
      else if (isDown) strokes += ` ${place}`;
      if (isDown) tell(strokes);
    };
    const follow = (event, begins) => {
      const { left, top, width, height } = sheet.getBoundingClientRect();
      draw((SHEET * (event.clientX - left)) / width, (SHEET * (event.clientY - top)) / height, begins);
    };
    const setDown = (down) => sheet.classList.toggle("down", (isDown = down));
    sheet.onpointerdown = (event) => {
      sheet.setPointerCapture(event.pointerId);
      setDown(true);
      follow(event, true);
    };
    sheet.onpointermove = (event) => sheet.hasPointerCapture(event.pointerId) && follow(event, false);
    sheet.onpointerup = sheet.onpointercancel = sheet.onblur = () => setDown(false);
    sheet.onkeydown = (event) => {
      if (event.key === " ") {
        setDown(!isDown);
        if (isDown) draw(...place, true);
      } else if (ARROWS[event.key]) draw(...place.map((value, axis) => value + ARROWS[event.key][axis]), false);
      else return;
      event.preventDefault(); // the page would scroll
    };
    const buttons = Object.entries(examples).map(([name, drawn]) => make("button", { onclick: () => tell(drawn) }, name));
    return {
      node: make("div", { className: "sheet" }, sheet, make("div", { role: "group", ariaLabel: "begin with" }, ...buttons)),
      show(setting) {
        strokes = setting;
        path.setAttribute("d", strokes && `M${strokes.replaceAll("/", "M")}`);
      },
    };
  },
};

function render({ model, el }) {
  const picture = make("img");
  const problem = make("p", { role: "alert" });
  const silence = make("p", { role: "status" });
  let patience;

  const tell = (name, setting) => {
    const settings = model.get("settings");
    if (settings[name] === setting) return;
    model.set("settings", { ...settings, [name]: setting });
    model.save_changes();
    clearTimeout(patience);
    patience = setTimeout(() => (silence.textContent = model.get("silence")), PATIENCE_MS);
  };
  const controls = Object.entries(model.get("controls")).map(([name, control]) => {
    const made = CONTROLS[control.kind](control, (setting) => tell(name, setting));
    return [name, made];
  });

  const showSettings = () => {
    for (const [name, { show }] of controls) show(model.get("settings")[name], model.get("controls")[name]);
  };
  const showPicture = () => {
    const { png, alt, sentence } = model.get("picture");
    URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    picture.alt = alt;
    problem.textContent = sentence;
    el.classList.remove("asleep");
    clearTimeout(patience);
    silence.textContent = "";
  };

  // What is typed here is meant for a control: in JupyterLab an `x` would cut the cell. Shortcuts with Ctrl or Alt stay.
  el.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.altKey || event.stopPropagation());
  el.classList.add("course-playground");
  el.append(picture, problem, silence, make("div", { className: "controls" }, ...controls.map(([, { node }]) => node)));
  showSettings();
  showPicture();
  model.on("change:settings", showSettings);
  model.on("change:controls", showSettings);
  model.on("change:picture", showPicture);
  // the kernel is restarted: the still output takes over
  model.on("comm_live_update", () => el.classList.add("asleep"));
  return () => clearTimeout(patience);
}

export default { render };
