/**
 * A page that is a list: searched, filtered, sorted and paged by the server; read again as long as it is looked at. What it shows stays while a new
 * answer is on its way, and is marked when that does not come.
 */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { here, amend } from '../lib/router.js';
import { clock, count } from '../lib/format.js';
import { subscribe } from '../lib/live.js';
import { icon } from './icons.js';
import { button, empty, iconButton, notice, skeleton, staleNotice } from './parts.js';

const PAGE = 50;
const TYPING_MS = 250;

/**
 * @param spec {path, columns: [{key, label, right, sort, lead, wide, minor, lacks(row), cell(row)}], filters: {field: label}, sort, every, refreshOn(name, data), key(row),
 *     stale(row), verbs(row), empty: vnode, noun, search, compact: whether its four figures are short enough to stand in one line on a telephone}
 */
export function list(spec, redraw) {
  const state = { data: null, error: null, loading: false, paused: false, at: 0, q: here().params.q ?? '' };
  let request = 0;
  let timer = null;
  let typing = null;
  let soon = null;
  let asked = '';

  function query() {
    const { params } = here();
    const filters = Object.fromEntries(Object.keys(spec.filters ?? {}).map((f) => [f, params[f]]));
    const page = Math.max(0, Number(params.page ?? 1) - 1);
    return { limit: PAGE, offset: page * PAGE, sort: params.sort ?? spec.sort, q: params.q, ...filters };
  }

  async function load() {
    const own = ++request;
    const q = query();
    asked = JSON.stringify(q);
    state.loading = true;
    try {
      const data = await api.get(spec.path, q);
      if (own !== request) return;
      state.data = data;
      state.error = null;
      state.at = Date.now();
      // The last row of the last page is gone.
      if (!data.items?.length && data.total > 0 && q.offset > 0) amend({ page: Math.ceil(data.total / PAGE) });
    } catch (e) {
      if (own !== request) return;
      state.error = e;
    }
    state.loading = false;
    redraw();
  }

  function refreshSoon() {
    clearTimeout(soon);
    soon = setTimeout(() => !state.paused && load(), 200);
  }

  const unsubscribe = subscribe((name, data) => {
    if ((name === 'link' && data) || name === 'member' || spec.refreshOn?.(name, data)) refreshSoon();
  });
  timer = setInterval(() => {
    if (!state.paused && !state.loading && document.visibilityState === 'visible') load();
  }, spec.every ?? 3000);
  load();

  return {
    state,
    load,
    /** The address has changed. */
    navigated() {
      if (document.activeElement?.id !== `${spec.path}-search`) state.q = here().params.q ?? '';
      if (JSON.stringify(query()) !== asked) load();
    },
    leave() {
      unsubscribe();
      clearInterval(timer);
      clearTimeout(typing);
      clearTimeout(soon);
      request++;
    },
    /** The filters in force, without paging. */
    filter() {
      const { params } = here();
      return Object.fromEntries(['q', ...Object.keys(spec.filters ?? {})].filter((f) => params[f]).map((f) => [f, params[f]]));
    },
    view({ tools, extra } = {}) {
      return h('div', { class: 'stack' }, toolbar(tools), extra, staleNotice(state.data?.members), trouble(), table());
    },
  };

  function toolbar(tools) {
    const { params } = here();
    const chips = Object.entries(spec.filters ?? {}).filter(([f]) => params[f]);
    return h('div', { class: 'tools' },
      h('div', { class: 'search' }, icon('search'),
        h('input', {
          id: `${spec.path}-search`,
          type: 'search',
          class: 'input',
          value: state.q,
          placeholder: spec.search ?? 'Search',
          'aria-label': spec.search ?? 'Search',
          'data-search': true,
          autocomplete: 'off',
          spellcheck: 'false',
          oninput: (e) => {
            state.q = e.target.value;
            clearTimeout(typing);
            typing = setTimeout(() => amend({ q: state.q, page: undefined }), TYPING_MS);
          },
        }), !state.q && h('kbd', { 'aria-hidden': 'true' }, '/')),
      chips.map(([f, label]) => h('span', { key: f, class: 'chip' }, `${label}: ${params[f].replace(/^~/, 'contains ')}`,
        h('button', { type: 'button', 'aria-label': `Remove the filter ${label}`, onclick: () => amend({ [f]: undefined, page: undefined }) }, icon('close', 12)))),
      spec.pausable && button(state.paused ? 'Go on' : 'Pause', () => {
        state.paused = !state.paused;
        if (!state.paused) load();
        redraw();
      }, { kind: 'quiet', glyph: state.paused ? 'play' : 'pause', title: state.paused ? 'Read the list again every few seconds' : 'Keep the rows where they are' }),
      h('div', { class: 'end' }, tools));
  }

  function trouble() {
    if (!state.error) return null;
    const was = state.data ? ` What you see is from ${clock(new Date(state.at).toISOString())}.` : '';
    return notice('bad', state.error.message, was, ' ', h('button', { type: 'button', class: 'button small', onclick: load }, 'Try again'));
  }

  function table() {
    const { data } = state;
    if (!data) return state.error ? null : h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(8)));
    if (!data.items?.length) {
      const filtered = Object.keys(here().params).some((p) => p === 'q' || p in (spec.filters ?? {}));
      return h('div', { class: 'card' }, filtered
        ? empty('search', `No ${spec.noun[1]} match`, 'Nothing fits the search and the filters together.',
          button('Clear them', () => {
            state.q = '';
            amend(Object.fromEntries(['q', 'page', ...Object.keys(spec.filters ?? {})].map((f) => [f, undefined])));
          }))
        : spec.empty());
    }
    const columns = spec.columns.filter(Boolean);
    return h('div', { class: 'card table-card' },
      h('div', { class: 'table-scroll' },
        h('table', { class: `table${spec.compact ? ' figures-4' : ''}`, 'aria-label': spec.noun[1] },
          h('thead', {}, h('tr', {}, columns.map(head), spec.verbs && h('th', { class: 'verbs' }, h('span', { class: 'sr' }, 'What can be done')))),
          h('tbody', {}, data.items.map((row) => h('tr', { key: spec.key(row), class: spec.stale?.(row) ? 'stale' : undefined },
            columns.map((c) => h('td', {
              key: c.key,
              class: `${c.lead ? 'lead' : c.wide ? 'wide' : ''}${c.right ? ' right' : ''}${c.minor || c.lacks?.(row) ? ' minor' : ''}`.trim() || undefined,
              'data-label': c.label,
            }, c.cell(row))),
            spec.verbs && h('td', { key: 'verbs', class: 'verbs' }, h('span', { class: 'verbs-row' }, spec.verbs(row)))))))),
      foot(data));
  }

  function head(column) {
    const sort = here().params.sort ?? spec.sort ?? '';
    const key = column.sort;
    const current = key && sort.replace('-', '') === key;
    const down = sort.startsWith('-');
    return h('th', { key: column.key, class: column.right ? 'right' : undefined, scope: 'col', 'aria-sort': current ? (down ? 'descending' : 'ascending') : undefined },
      key
        ? h('button', { type: 'button', onclick: () => amend({ sort: current ? (down ? key : `-${key}`) : column.right ? `-${key}` : key, page: undefined }) },
          column.label, current && icon(down ? 'down' : 'up', 12))
        : column.label);
  }

  function foot(data) {
    const from = data.offset + 1;
    const to = data.offset + data.items.length;
    const page = Math.floor(data.offset / PAGE) + 1;
    const pages = Math.max(1, Math.ceil(data.total / PAGE));
    return h('div', { class: 'foot' },
      h('span', { class: 'num', 'data-total': data.total }, pages > 1 ? `${count(from)} to ${count(to)} of ${count(data.total)} ${spec.noun[1]}` : `${count(data.total)} ${spec.noun[data.total === 1 ? 0 : 1]}`),
      state.paused && h('span', { class: 'tag warn' }, `Paused at ${clock(new Date(state.at).toISOString())}`),
      pages > 1 && h('div', { class: 'pager' },
        iconButton('left', 'Previous page', () => amend({ page: page - 1 > 1 ? page - 1 : undefined }), { disabled: page <= 1 }),
        h('span', { class: 'num' }, `Page ${page} of ${count(pages)}`),
        iconButton('right', 'Next page', () => amend({ page: page + 1 }), { disabled: page >= pages })));
  }
}
