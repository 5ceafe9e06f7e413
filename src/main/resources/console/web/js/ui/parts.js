/** Small pieces that all pages are made of. */

import { h } from '../lib/dom.js';
import { icon } from './icons.js';
import { link } from '../lib/router.js';
import { live } from '../lib/live.js';
import { clock, endpointName } from '../lib/format.js';
import { toast } from './layers.js';

export function button(label, onclick, { kind = '', glyph, small, disabled, busy, type = 'button', title, ...rest } = {}) {
  return h('button', { type, class: `button ${kind}${small ? ' small' : ''}`, onclick, disabled: disabled || busy, title, ...rest },
    busy ? h('span', { class: 'spinner' }) : glyph && icon(glyph), label);
}

export function iconButton(name, label, onclick, { risky, disabled, ...rest } = {}) {
  return h('button', { type: 'button', class: `icon-button${risky ? ' risky' : ''}`, 'aria-label': label, title: label, onclick, disabled, ...rest }, icon(name));
}

export function empty(glyph, title, text, ...actions) {
  return h('div', { class: 'empty' }, icon(glyph, 28), h('h2', {}, title), text && h('p', {}, text), actions.length > 0 && h('div', { class: 'row' }, actions));
}

export function notice(level, ...children) {
  return h('div', { class: `notice ${level}`, role: level === 'bad' ? 'alert' : undefined }, icon(level === 'ok' ? 'check' : level === 'info' ? 'info' : 'warn'), h('div', { class: 'grow' }, children));
}

export function skeleton(lines = 3, widths = ['70%', '45%', '60%']) {
  return h('div', { class: 'stack', role: 'status', 'aria-label': 'Loading' }, Array.from({ length: lines }, (_, i) => h('span', { class: 'skeleton', style: { width: widths[i % widths.length] } })));
}

export function card(title, body, { actions, flush, id } = {}) {
  return h('section', { class: `card${flush ? ' flush' : ''}`, 'aria-labelledby': id },
    title && h('div', { class: 'card-head' }, h('h2', { id }, title), actions), h('div', { class: 'card-body' }, body));
}

export function field(id, label, control, { hint, error } = {}) {
  return h('div', { class: 'field' }, h('label', { for: id }, label), control,
    hint && h('div', { class: 'hint', id: `${id}-hint` }, hint), error && h('div', { class: 'error', id: `${id}-error`, role: 'alert' }, error));
}

export function select(id, value, options, onchange, more = {}) {
  return h('select', { id, class: 'select', value, onchange: (e) => onchange(e.target.value), ...more },
    options.map((o) => (typeof o === 'string' ? { value: o, label: o } : o)).map((o) => h('option', { key: o.value, value: o.value }, o.label)));
}

/** For a select: none of the members, or one of them. */
export function memberOptions(none, before = '') {
  return [{ value: '', label: none }, ...(live.overview?.members ?? []).map((m) => ({ value: m.member, label: before + m.member }))];
}

export function input(id, value, oninput, more = {}) {
  return h('input', { id, class: 'input', value: value ?? '', oninput: (e) => oninput(e.target.value), autocomplete: 'off', spellcheck: 'false', ...more });
}

export function segments(label, value, options, onpick) {
  return h('div', { class: 'segments', role: 'group', 'aria-label': label },
    options.map((o) => h('button', { type: 'button', key: o.value, 'aria-pressed': String(o.value === value), onclick: () => onpick(o.value) }, o.label)));
}

const MEMBER_STATES = {
  ready: ['ok', 'Ready'],
  draining: ['warn', 'Draining'],
  stale: ['bad', 'Does not answer'],
};

export function memberState(state) {
  const [level, label] = MEMBER_STATES[state] ?? ['', state];
  return h('span', { class: `tag ${level}` }, h('span', { class: `dot ${level}` }), label);
}

export function memberDot(state) {
  return h('span', { class: `dot ${MEMBER_STATES[state]?.[0] ?? ''}`, title: MEMBER_STATES[state]?.[1] });
}

/** An endpoint's network and name. */
export function endpointLabel(id) {
  const network = String(id).split(' ')[0];
  return [h('span', { class: 'kind' }, network), ' ', h('span', { class: 'mono', title: id }, endpointName(id))];
}

/** A long name that is broken behind its dots and slashes, where there is no room for it. */
export function breakable(text) {
  return String(text).split(/(?<=[./\]])/).map((part, i) => [i > 0 && h('wbr', {}), part]);
}

export function endpointLink(id) {
  return h('a', { class: 'list-link nowrap', href: link('endpoints', { open: id }) }, endpointLabel(id));
}

export function memberLinks(names) {
  return (names ?? []).map((name, i) => [i > 0 && ', ', h('a', { class: 'list-link', href: link('members', { open: name }) }, name)]);
}

export function meter(share, label) {
  const level = share >= 0.9 ? 'bad' : share >= 0.75 ? 'warn' : '';
  const width = `${Math.round(Math.min(1, Math.max(0, share || 0)) * 100)}%`;
  return h('span', { class: `meter ${level}`, role: 'img', 'aria-label': `${label} ${width}` }, h('span', { style: { width } }));
}

/** A command line with a button that copies it. */
export function command(text, label = 'Copy the command') {
  return h('div', { class: 'command' }, text, iconButton('copy', label, () => copy(text)));
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS and not on loopback there is no clipboard for scripts, only for commands.
    const area = document.createElement('textarea');
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast('ok', 'Copied.');
}

export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(Boolean).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value ?? '–')]));
}

/** Members whose part is old or missing in an answer. */
export function staleNotice(members) {
  const stale = (members ?? []).filter((m) => m.state === 'stale');
  if (!stale.length) return null;
  return notice('warn', stale.map((m, i) => [i > 0 && ' ', m.at ? `${m.member} does not answer; its rows are as they were at ${clock(m.at)}.` : `${m.member} does not answer; its rows are missing.`]));
}
