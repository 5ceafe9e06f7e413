/** Everything by its name: pages, members, agents, endpoints; and what the keys do. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { live } from '../lib/live.js';
import { link } from '../lib/router.js';
import { icon } from './icons.js';
import { dialog, layer, redrawLayers } from './layers.js';
import { NAVIGATION } from './shell.js';

const SHORTCUTS = [
  ['Ctrl K', 'Find a page, member, agent or endpoint'],
  ['/', 'Search in the list'],
  ['g o', 'Overview'],
  ['g c', 'Connections'],
  ['g e', 'Endpoints'],
  ['g a', 'Agents'],
  ['g t', 'Topology'],
  ['g m', 'Members'],
  ['g l', 'Logs'],
  ['g s', 'Services and chains'],
  ['?', 'These shortcuts'],
  ['Esc', 'Close what is open'],
];

const KEYS = { o: 'overview', c: 'connections', e: 'endpoints', a: 'agents', t: 'topology', m: 'members', l: 'logs', s: 'services', v: 'events', h: 'history' };

let opened = null;

export function openPalette() {
  if (opened) return;
  const state = { text: '', at: 0, found: [] };
  const before = document.activeElement;
  let timer = null;
  let request = 0;

  const pages = () => NAVIGATION.flatMap(([, entries]) => entries).map(([id, label, glyph]) => ({ label, glyph, kind: 'Page', href: link(id) }));
  const members = () => (live.overview?.members ?? []).map((m) => ({ label: m.member, glyph: 'members', kind: 'Member', href: link('members', { open: m.member }) }));
  const choices = () => {
    const wanted = state.text.toLowerCase();
    const here = [...pages(), ...members()].filter((c) => c.label.toLowerCase().includes(wanted));
    const find = state.text ? [{ label: `Connections with “${state.text}”`, glyph: 'search', kind: 'Search', href: link('connections', { q: state.text }) }] : [];
    return [...here, ...state.found, ...find].slice(0, 14);
  };

  async function search() {
    const own = ++request;
    if (state.text.length < 2) {
      state.found = [];
      return;
    }
    const [agents, endpoints] = await Promise.allSettled([api.get('agents', { q: state.text, limit: 4 }), api.get('endpoints', { q: state.text, limit: 4 })]);
    if (own !== request) return;
    state.found = [
      ...(agents.value?.items ?? []).map((a) => ({ label: a.agent, glyph: 'agents', kind: 'Agent', href: link('agents', { open: a.agent }) })),
      ...(endpoints.value?.items ?? []).map((e) => ({ label: e.endpoint, glyph: 'endpoints', kind: 'Endpoint', href: link('endpoints', { open: e.endpoint }) })),
    ];
    redrawLayers();
  }

  function choose(choice) {
    if (!choice) return;
    opened.close();
    location.hash = choice.href;
  }

  function keys(e) {
    const all = choices();
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      state.at = (state.at + (e.key === 'ArrowDown' ? 1 : all.length - 1)) % Math.max(1, all.length);
      redrawLayers();
      document.querySelector('.palette-list [aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    } else if (e.key === 'Enter') {
      e.preventDefault();
      choose(all[state.at]);
    }
  }

  opened = layer({
    closed: () => {
      opened = null;
      if (before?.isConnected) before.focus({ preventScroll: true });
    },
    view: () => h('dialog', {
      key: 'palette',
      class: 'palette',
      'aria-label': 'Find',
      mounted: (node) => node.showModal(),
      oncancel: (e) => {
        e.preventDefault();
        opened.close();
      },
      onmousedown: (e) => {
        if (e.target === e.currentTarget) opened.close();
      },
    },
    h('input', {
      class: 'palette-input',
      type: 'text',
      role: 'combobox',
      'aria-label': 'Find a page, member, agent or endpoint',
      'aria-expanded': 'true',
      'aria-controls': 'palette-list',
      'aria-activedescendant': `palette-${state.at}`,
      placeholder: 'Find a page, member, agent or endpoint',
      autocomplete: 'off',
      spellcheck: 'false',
      value: state.text,
      onkeydown: keys,
      oninput: (e) => {
        state.text = e.target.value;
        state.at = 0;
        clearTimeout(timer);
        timer = setTimeout(search, 150);
        redrawLayers();
      },
    }),
    h('ul', { class: 'palette-list', role: 'listbox', id: 'palette-list', 'aria-label': 'What was found' },
      choices().map((c, i) => h('li', { key: c.href + c.label, id: `palette-${i}`, role: 'option', 'aria-selected': String(i === state.at), onclick: () => choose(c) }, icon(c.glyph), h('span', {}, c.label), h('span', { class: 'faint' }, c.kind))))),
  });
}

export function openShortcuts() {
  dialog({
    title: 'Keyboard shortcuts',
    body: () => h('dl', { class: 'facts' }, SHORTCUTS.map(([keys, what]) => [h('dt', {}, keys.split(' ').map((k) => [h('kbd', {}, k), ' '])), h('dd', {}, what)])),
  });
}

let prefix = 0;

/** Keys that count when nobody is typing. */
export function shortcuts(e) {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
    e.preventDefault();
    openPalette();
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open], .menu') || e.target.closest?.('input, textarea, select')) return;
  if (prefix && Date.now() - prefix < 1200 && KEYS[e.key]) {
    location.hash = link(KEYS[e.key]);
  } else if (e.key === '/') {
    const box = document.querySelector('[data-search]');
    if (box) {
      e.preventDefault();
      box.focus();
      box.select();
    }
  } else if (e.key === '?') {
    openShortcuts();
  }
  prefix = e.key === 'g' ? Date.now() : 0;
}
