/* The fields of lines and zones beside the picture: names, directions, and each point as numbers. */

/** @typedef {import('./layout-draw.js').Point} Point */
/** @typedef {import('./layout-draw.js').Layout} Layout */
/** @typedef {import('./layout-draw.js').Line} Line */
/** @typedef {import('./layout-draw.js').Zone} Zone */
/** `typed`: a value has changed; `rebuilt`: points or shapes were added or removed. @typedef {{ typed: () => void, rebuilt: () => void }} On */

/** Corners of a zone. */
const [MIN_POINTS, MAX_POINTS] = [3, 64];

export class Fields {
  /** @param {HTMLElement} place @param {On} on */
  constructor(place, on) {
    this.place = place;
    this.on = on;
    /** Updates of number fields from their points. @type {(() => void)[]} */
    this.updates = [];
  }

  /** Makes the fields of a layout again. @param {Layout} layout */
  build(layout) {
    this.updates = [];
    this.place.replaceChildren(
      ...layout.lines.map((line) => this.line(line, layout)),
      ...layout.zones.map((zone) => this.zone(zone, layout)),
    );
  }

  /** Points were moved on the picture. */
  update() {
    for (const update of this.updates) update();
  }

  /** @param {Line} line @param {Layout} layout */
  line(line, layout) {
    const group = this.group('Line', line, () => remove(layout.lines, line));
    for (const side of /** @type {const} */ (['left', 'right']))
      group.append(
        this.text(`Name of the direction to the ${side}`, line.directions?.[side] ?? '', (value) => {
          line.directions = { ...line.directions, [side]: value };
          if (value === '') delete line.directions[side];
          if (Object.keys(line.directions).length === 0) delete line.directions;
        }),
      );
    group.append(this.point('Start', line.from), this.point('End', line.to));
    const swap = () => ([line.from, line.to] = [line.to, line.from]);
    this.actions(group).prepend(this.button('Swap directions', `Swap directions of ${line.name}`, swap));
    return group;
  }

  /** @param {Zone} zone @param {Layout} layout */
  zone(zone, layout) {
    const group = this.group('Zone', zone, () => remove(layout.zones, zone));
    const { points } = zone;
    for (const [n, point] of points.entries()) {
      const row = this.point(`Corner ${n + 1}`, point);
      const drop = this.button('Remove', `Remove corner ${n + 1} of ${zone.name}`, () => points.splice(n, 1));
      drop.disabled = points.length <= MIN_POINTS;
      row.append(drop);
      group.append(row);
    }
    const add = this.button('Add corner', `Add a corner to ${zone.name}`, () => {
      const [last, first] = [points[points.length - 1], points[0]];
      points.push([(last[0] + first[0]) / 2, (last[1] + first[1]) / 2]);
    });
    add.disabled = points.length >= MAX_POINTS;
    this.actions(group).prepend(add);
    return group;
  }

  /** @param {string} kind @param {{ name: string }} shape @param {() => void} drop */
  group(kind, shape, drop) {
    const group = document.createElement('fieldset');
    const legend = document.createElement('legend');
    const title = () => (legend.textContent = `${kind}: ${shape.name}`);
    title();
    const name = this.text('Name', shape.name, (value) => {
      shape.name = value;
      title();
    });
    const actions = document.createElement('p');
    actions.className = 'actions';
    actions.append(this.button('Remove', `Remove ${kind.toLowerCase()} ${shape.name}`, drop));
    group.append(legend, name, actions);
    return group;
  }

  /** Moves the buttons of a group to its end. @param {HTMLElement} group */
  actions(group) {
    const actions = /** @type {HTMLElement} */ (group.querySelector('p.actions'));
    group.append(actions);
    return actions;
  }

  /** @param {string} words @param {string} value @param {(value: string) => void} change */
  text(words, value, change) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.value = value;
    input.maxLength = 64;
    input.autocomplete = 'off';
    input.addEventListener('input', () => {
      change(input.value.trim());
      this.on.typed();
    });
    label.append(words, input);
    return label;
  }

  /** @param {string} words @param {Point} point */
  point(words, point) {
    const row = document.createElement('div');
    row.className = 'point';
    const title = document.createElement('span');
    title.textContent = words;
    row.append(title, this.number(words, 'x %', point, 0), this.number(words, 'y %', point, 1));
    return row;
  }

  /** In percent. @param {string} title @param {string} words @param {Point} point @param {0 | 1} n */
  number(title, words, point, n) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    Object.assign(input, { type: 'number', min: '0', max: '100', step: 'any' });
    input.setAttribute('aria-label', `${title}, ${words}`);
    const update = () => (input.value = String(Number((point[n] * 100).toFixed(2))));
    update();
    this.updates.push(() => document.activeElement !== input && update());
    input.addEventListener('input', () => {
      if (input.value === '' || !input.checkValidity()) return;
      point[n] = Number((Number(input.value) / 100).toFixed(6));
      this.on.typed();
    });
    label.append(words, input);
    return label;
  }

  /** @param {string} words @param {string} label @param {() => void} act */
  button(words, label, act) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'outline secondary';
    button.textContent = words;
    button.setAttribute('aria-label', label);
    button.addEventListener('click', () => {
      act();
      this.on.rebuilt();
    });
    return button;
  }
}

/** @template T @param {T[]} list @param {T} one */
function remove(list, one) {
  list.splice(list.indexOf(one), 1);
}
