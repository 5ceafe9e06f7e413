/** What a member's configuration was, who changed it, and the way back. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { amend, here } from '../lib/router.js';
import { live } from '../lib/live.js';
import { phrase } from '../lib/deeds.js';
import { ago, moment } from '../lib/format.js';
import { ask, dialog } from '../ui/layers.js';
import { button, empty, iconButton, notice, select, skeleton } from '../ui/parts.js';
import { diffView } from '../ui/diff-view.js';

export function history({ redraw, session }) {
  const may = session.role === 'admin';
  const state = { items: null, member: '', error: null };

  async function load() {
    try {
      const answer = await api.history(here().params.member);
      Object.assign(state, { items: answer.items ?? [], member: answer.member, error: null });
    } catch (e) {
      Object.assign(state, { items: null, error: e });
    }
    redraw();
  }

  const timer = setInterval(() => document.visibilityState === 'visible' && load(), 8000);
  load();

  function look(v, i) {
    const previous = state.items[i + 1];
    let texts = null;
    let failed = null;
    const self = dialog({
      wide: true,
      title: `Version ${v.version} of ${state.member}`,
      body: () => [
        h('p', { class: 'dim' }, `${v.action ? phrase({ action: v.action }) : 'Changed'}${v.by ? ` by ${v.by}` : ''}, ${moment(v.at)}. ${previous ? `Compared with version ${previous.version}.` : 'The oldest that is kept.'}`),
        failed ? notice('bad', failed.message) : texts ? diffView(texts[0], texts[1]) : skeleton(6),
      ],
      foot: () => [button('Close', () => self.close()), may && !v.current && button('Roll back to it', () => {
        self.close();
        rollback(v);
      }, { kind: 'primary', glyph: 'rollback' })],
    });
    Promise.all([previous ? api.version(previous.version, state.member) : '', api.version(v.version, state.member)]).then((t) => (texts = t), (e) => (failed = e)).finally(self.redraw);
  }

  function rollback(v) {
    const current = state.items.find((x) => x.current);
    let texts = null;
    const self = ask({
      title: `Roll ${state.member} back to version ${v.version}?`,
      text: 'It becomes the newest version; nothing is lost. What does not differ keeps its connections.',
      fields: () => (texts ? diffView(texts[0], texts[1]) : skeleton(5)),
      verb: 'Roll back',
      run: () => api.rollback(v.version, state.member),
      did: `${state.member} is back at version ${v.version}.`,
      after: load,
    });
    Promise.all([current ? api.version(current.version, state.member) : '', api.version(v.version, state.member)]).then((t) => {
      texts = t;
      self.redraw();
    }, () => {});
  }

  return {
    title: 'History',
    navigated: load,
    leave: () => clearInterval(timer),
    view() {
      const members = live.overview?.members ?? [];
      return h('div', { class: 'stack' },
        h('div', { class: 'tools' }, h('p', { class: 'dim grow' }, 'The last 50 versions of a member’s configuration. Each can be looked at and put in force again.'),
          members.length > 1 && h('div', { class: 'pick' }, select('history-member', here().params.member ?? '', [{ value: '', label: state.member || 'This member' }, ...members.filter((m) => m.member !== state.member || here().params.member).map((m) => ({ value: m.member, label: m.member }))], (v) => amend({ member: v }), { 'aria-label': 'Member' }))),
        state.error && notice('bad', state.error.message),
        !state.items
          ? !state.error && h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(5)))
          : h('div', { class: 'card table-card' }, !state.items.length
            ? empty('history', 'No versions yet', 'The first change through the dashboard, the API or a reload makes one.')
            : h('table', { class: 'table', 'aria-label': 'Versions' },
              h('thead', {}, h('tr', {}, ['Version', 'What', 'By', 'When'].map((t) => h('th', { scope: 'col' }, t)), h('th', { class: 'verbs' }, h('span', { class: 'sr' }, 'What can be done')))),
              h('tbody', {}, state.items.map((v, i) => h('tr', { key: v.version, 'data-version': v.version },
                h('td', { class: 'lead' }, h('span', { class: 'row' }, h('button', { type: 'button', class: 'open', onclick: () => look(v, i) }, `Version ${v.version}`), v.current && h('span', { class: 'tag ok' }, 'In force'))),
                h('td', { 'data-label': 'What' }, v.action ? phrase({ action: v.action }) : '–'),
                h('td', { 'data-label': 'By' }, v.by || '–'),
                h('td', { 'data-label': 'When' }, moment(v.at), h('span', { class: 'cell-2' }, ago(v.at))),
                h('td', { class: 'verbs' }, h('span', { class: 'verbs-row' }, button('Compare', () => look(v, i), { small: true, kind: 'quiet' }), may && iconButton('rollback', `Roll back to version ${v.version}`, () => rollback(v), { disabled: v.current })))))))));
    },
  };
}
