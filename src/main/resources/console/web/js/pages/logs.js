/** The members' log lines as they are written. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { amend, here } from '../lib/router.js';
import { clock, count } from '../lib/format.js';
import { icon } from '../ui/icons.js';
import { button, empty, input, memberOptions, notice, select, skeleton, staleNotice } from '../ui/parts.js';
import { LEVELS, setLogLevel } from './members.js';

const LIMIT = 200;

export function logs({ redraw, session }) {
  const state = { lines: null, members: [], error: null, paused: false, q: here().params.q ?? '', more: LIMIT, total: 0 };
  let request = 0;
  let typing = null;

  async function load() {
    const own = ++request;
    const { level, member, logger, q } = here().params;
    try {
      const page = await api.get('logs', { limit: state.more, level, member, logger, q });
      if (own !== request) return;
      Object.assign(state, { lines: page.items ?? [], members: page.members, error: null, total: page.total ?? 0 });
    } catch (e) {
      if (own !== request) return;
      state.error = e;
    }
    redraw();
  }

  const timer = setInterval(() => !state.paused && document.visibilityState === 'visible' && load(), 1500);
  load();

  return {
    title: 'Logs',
    navigated: load,
    leave() {
      clearInterval(timer);
      clearTimeout(typing);
      request++;
    },
    view() {
      const { level = '', member = '', logger } = here().params;
      return h('div', { class: 'stack' },
        h('div', { class: 'tools' },
          h('div', { class: 'search' }, icon('search'), input('logs-search', state.q, (v) => {
            state.q = v;
            clearTimeout(typing);
            typing = setTimeout(() => amend({ q: v }), 250);
          }, { type: 'search', placeholder: 'Search lines', 'aria-label': 'Search lines', 'data-search': true })),
          h('div', { class: 'pick' }, select('log-level', level, [{ value: '', label: 'All levels' }, ...LEVELS.slice(1).map((l) => ({ value: l, label: l === 'error' ? 'error' : `${l} and above` }))], (v) => amend({ level: v }), { 'aria-label': 'Level' })),
          h('div', { class: 'pick' }, select('log-member', member, memberOptions('All members'), (v) => amend({ member: v }), { 'aria-label': 'Member' })),
          logger && h('span', { class: 'chip' }, `Logger: ${logger}`, h('button', { type: 'button', 'aria-label': 'Remove the filter logger', onclick: () => amend({ logger: undefined }) }, icon('close', 12))),
          h('div', { class: 'end' },
            button(state.paused ? 'Go on' : 'Pause', () => {
              state.paused = !state.paused;
              redraw();
            }, { kind: 'quiet', glyph: state.paused ? 'play' : 'pause' }),
            session.role !== 'viewer' && button('Set the level', () => setLogLevel(member || undefined), { glyph: 'logs' }))),
        staleNotice(state.members),
        state.error && notice('bad', state.error.message),
        h('div', { class: 'card' }, lines()));
    },
  };

  function lines() {
    if (!state.lines) return h('div', { class: 'card-body' }, skeleton(8));
    if (!state.lines.length) return empty('logs', 'No lines', 'Nothing that fits has been logged lately.');
    return [
      h('ul', { class: 'log', 'aria-label': 'Log lines, newest first' }, state.lines.map((l, i) => h('li', { key: `${l.at} ${l.member} ${l.message} ${i}`, class: l.level },
        h('time', { datetime: l.at }, clock(l.at)),
        h('span', { class: 'log-level' }, l.level),
        h('button', { type: 'button', class: 'log-member', title: `Only ${l.member}`, onclick: () => amend({ member: l.member }) }, l.member),
        h('button', { type: 'button', class: 'log-logger', title: `Only ${l.logger}`, onclick: () => amend({ logger: l.logger }) }, l.logger),
        h('span', { class: 'log-text' }, l.message, Object.entries(l.fields ?? {}).map(([k, v]) => [' ', h('span', { class: 'log-key' }, `${k}=`), v]))))),
      h('div', { class: 'foot' }, h('span', {}, `${count(state.lines.length)} of ${count(state.total)} lines kept`, state.paused && ', paused'),
        state.total > state.more && state.more < 1000 && h('div', { class: 'pager' }, button('Show more', () => {
          state.more = Math.min(1000, state.more + 400);
          load();
        }, { small: true }))),
    ];
  }
}
