/** A form over an object, as `lib/fields.js` describes it. Changes go into the object itself. */

import { h } from '../lib/dom.js';
import { get, set } from '../lib/fields.js';
import { sentence } from '../lib/api.js';
import { icon } from './icons.js';
import { button, iconButton } from './parts.js';

const unfolded = new Set();

/**
 * @param names of other objects, by kind
 * @param problems {path → message} of this object; those that have been put beside their field are taken out
 */
export function form(fields, object, { changed, names = {}, problems = new Map(), readOnly }) {
  return h('div', { class: 'object-form' }, fields.map((f) => part(f, object, '', 0)));

  function part(f, o, prefix, depth) {
    if (f.type === 'group') return folded(f, f.fields.some((inner) => get(o, inner.path) !== undefined), h('div', { class: 'form-grid' }, f.fields.map((inner) => part(inner, o, prefix, depth))), f.title);
    if (f.type === 'each') return each(f, o, prefix, depth);
    if (f.type === 'pairs') return folded(f, get(o, f.path) !== undefined, pairs(f, o, prefix), f.label);
    return single(f, o, prefix);
  }

  function folded(f, filled, content, title) {
    const key = title;
    if (!f.folded) return h('fieldset', { key }, h('legend', {}, title), content);
    return h('details', { key, class: 'fold', open: unfolded.has(key) || filled, ontoggle: (e) => (e.currentTarget.open ? unfolded.add(key) : unfolded.delete(key)) }, h('summary', {}, icon('right', 14), title), content);
  }

  function single(f, o, prefix) {
    const path = prefix + f.path;
    const id = `f-${path.replaceAll(/[.[\]]+/g, '-')}`;
    const value = get(o, f.path);
    const error = problems.get(path);
    problems.delete(path);
    const common = { id, 'aria-invalid': error ? 'true' : undefined, 'aria-describedby': error ? `${id}-error` : f.hint ? `${id}-hint` : undefined, disabled: readOnly, autocomplete: 'off', spellcheck: 'false' };
    const put = (v) => {
      set(o, f.path, v);
      changed();
    };
    let control;
    if (f.type === 'flag') {
      return h('div', { key: id, class: 'field' }, h('label', { class: 'check' }, h('input', { ...common, type: 'checkbox', checked: value === true, onchange: (e) => put(e.target.checked || undefined) }), f.label), message(id, f, error));
    } else if (f.type === 'lines') {
      control = h('textarea', { ...common, class: 'input lines mono', rows: Math.max(4, (value?.length ?? 0) + 1), value: (value ?? []).join('\n'), oninput: (e) => put(e.target.value === '' ? undefined : e.target.value.split('\n')) });
    } else if (f.type === 'ref') {
      const known = names[f.kind] ?? [];
      const options = value && !known.includes(value) ? [...known, value] : known;
      control = h('select', { ...common, class: 'select', value: value ?? '', onchange: (e) => put(e.target.value || undefined) }, h('option', { key: '', value: '' }, 'none'), options.map((n) => h('option', { key: n, value: n }, known.includes(n) ? n : `${n} (not there)`)));
    } else if (f.type === 'choice') {
      control = h('span', { class: 'choice' },
        h('input', { ...common, class: 'input', list: `${id}-list`, value: value ?? '', placeholder: f.placeholder, oninput: (e) => put(e.target.value.trim() || undefined) }),
        h('datalist', { id: `${id}-list` }, f.options().map((n) => h('option', { key: n, value: n }))));
    } else {
      control = h('input', { ...common, class: `input${f.mono ? ' mono' : ''}`, inputmode: f.number ? 'numeric' : undefined, value: value ?? '', placeholder: f.placeholder, required: f.required, oninput: (e) => put(e.target.value === '' ? undefined : f.number && /^\d+$/.test(e.target.value) ? Number(e.target.value) : e.target.value) });
    }
    return h('div', { key: id, class: `field${f.type === 'lines' ? ' whole' : ''}` }, h('label', { for: id }, f.label), control, message(id, f, error));
  }

  function message(id, f, error) {
    return [f.hint && h('div', { class: 'hint', id: `${id}-hint` }, f.hint), error && h('div', { class: 'error', id: `${id}-error`, role: 'alert' }, sentence(error))];
  }

  function each(f, o, prefix, depth) {
    const items = get(o, f.path) ?? [];
    const move = (from, to) => {
      items.splice(to, 0, items.splice(from, 1)[0]);
      changed();
    };
    return h('fieldset', { key: f.path, class: 'whole' }, h('legend', {}, f.label),
      h('ol', { class: `items depth-${depth}` }, items.map((item, i) => h('li', { key: `${f.path} ${i} of ${items.length}` },
        h('div', { class: 'item-head' }, h('span', { class: 'dim' }, `${f.noun[0].toUpperCase()}${f.noun.slice(1)} ${i + 1}`), h('span', { class: 'grow' }),
          !readOnly && [
            i > 0 && iconButton('up', `Move ${f.noun} ${i + 1} up`, () => move(i, i - 1)),
            i < items.length - 1 && iconButton('down', `Move ${f.noun} ${i + 1} down`, () => move(i, i + 1)),
            iconButton('trash', `Remove ${f.noun} ${i + 1}`, () => {
              items.splice(i, 1);
              if (!items.length) set(o, f.path, undefined);
              changed();
            }, { risky: true }),
          ]),
        h('div', { class: 'form-grid' }, f.fields.map((inner) => part(inner, item, `${prefix}${f.path}[${i}].`, depth + 1)))))),
      !items.length && h('p', { class: 'faint small' }, 'None'),
      !readOnly && button(`Add a ${f.noun}`, () => {
        set(o, f.path, [...items, {}]);
        changed();
      }, { small: true, glyph: 'plus' }));
  }

  function pairs(f, o, prefix) {
    const value = get(o, f.path) ?? {};
    const entries = Object.entries(value);
    const rebuild = (list) => {
      set(o, f.path, list.length ? Object.fromEntries(list) : undefined);
      changed();
    };
    const id = `f-${(prefix + f.path).replaceAll('.', '-')}`;
    return h('div', { class: 'pairs' },
      entries.map(([k, v], i) => h('div', { key: i, class: 'pair' },
        h('input', { class: 'input mono', value: k, 'aria-label': `Key ${i + 1} of ${f.label}`, disabled: readOnly, spellcheck: 'false', onchange: (e) => rebuild(entries.map((x, j) => (j === i ? [e.target.value, x[1]] : x))) }),
        h('input', { class: 'input mono', value: typeof v === 'object' ? JSON.stringify(v) : String(v), 'aria-label': `Value of ${k}`, disabled: readOnly || (v !== null && typeof v === 'object'), spellcheck: 'false', oninput: (e) => { value[k] = typed(e.target.value); changed(); } }),
        !readOnly && iconButton('trash', `Remove ${k}`, () => rebuild(entries.filter((_, j) => j !== i)), { risky: true }))),
      !readOnly && h('div', { class: 'pair' },
        h('input', { class: 'input mono', id: `${id}-new`, placeholder: 'New key', 'aria-label': `New key of ${f.label}`, spellcheck: 'false', onchange: (e) => {
          const key = e.target.value.trim();
          e.target.value = '';
          if (key && !(key in value)) rebuild([...entries, [key, '']]);
        } }), h('span', { class: 'faint small grow' }, 'Enter adds it')));
  }
}

function typed(value) {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^-?(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}
