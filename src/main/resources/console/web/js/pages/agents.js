/** Who serves endpoints from behind NAT, and who is kept out. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { here } from '../lib/router.js';
import { age, count, moment, plural } from '../lib/format.js';
import { drawer } from '../ui/drawer.js';
import { act, ask } from '../ui/layers.js';
import { button, card, empty, endpointLink, facts, field, iconButton, memberLinks, select } from '../ui/parts.js';
import { list } from '../ui/list.js';
import { addAgent } from './add-agent.js';

const TIMES = [{ value: '0s', label: 'Let it come back at once' }, { value: '60s', label: 'Keep it out for a minute' }, { value: '10m', label: 'Keep it out for 10 minutes' }, { value: '24h', label: 'Keep it out for a day' }];

/** A gost does not say what it is. */
const kind = (a) => (a.identity ? `Warren ${a.version ?? 'agent'}` : 'gost or another client');

const roundTrip = (a) => (a.rttMs === undefined ? '–' : a.rttMs < 10 ? `${a.rttMs.toFixed(1)} ms` : `${Math.round(a.rttMs)} ms`);

export function agents({ redraw, session }) {
  const may = session.role !== 'viewer';
  let bans = [];
  let shown = null;

  async function readBans() {
    try {
      bans = (await api.get('bans')).items ?? [];
    } catch {
      // The list above tells of it.
    }
    redraw();
  }

  const rows = list({
    path: 'agents',
    noun: ['agent', 'agents'],
    search: 'Search name, user, address',
    filters: { user: 'User', host: 'Host', member: 'Member' },
    sort: 'agent',
    refreshOn: (name, event) => name === 'event' && (event.kind === 'endpoint' || event.kind === 'audit'),
    key: (a) => a.agent,
    stale: (a) => a.stale,
    columns: [
      { key: 'agent', label: 'Agent', sort: 'agent', lead: true, cell: (a) => [h('button', { type: 'button', class: 'open', onclick: () => open(a.agent) }, a.agent), h('span', { class: 'cell-2' }, kind(a))] },
      { key: 'user', label: 'User', sort: 'user', cell: (a) => a.user || '–' },
      { key: 'host', label: 'Address', sort: 'host', cell: (a) => h('span', { class: 'mono' }, a.host) },
      { key: 'members', label: 'Attached to', cell: (a) => [memberLinks(a.members), a.stale && h('span', { class: 'cell-2' }, 'last known')] },
      { key: 'endpoints', label: 'Endpoints', cell: (a) => endpointsOf(a) },
      { key: 'connections', label: 'Connections', sort: 'connections', right: true, cell: (a) => count(a.connections) },
      { key: 'rttMs', label: 'Round trip', sort: 'rttMs', right: true, minor: true, cell: roundTrip },
      { key: 'since', label: 'For', sort: 'since', right: true, minor: true, cell: (a) => age(a.since) },
    ],
    verbs: may && ((a) => iconButton('ban', `Kick ${a.agent}`, () => kick(a.agent), { risky: true })),
    empty: () => empty('agents', 'No agents yet', 'An agent is a gost or a Warren behind NAT that publishes its ports here. You get its exact command line.', button('Add an agent', addAgent, { kind: 'primary', glyph: 'plus' })),
  }, redraw);

  const timer = setInterval(readBans, 4000);
  readBans();
  openFromAddress();

  function openFromAddress() {
    const id = here().params.open;
    if (id && id !== shown) open(id);
  }

  function endpointsOf(a) {
    const ids = a.endpoints ?? [];
    return [ids.slice(0, 2).map((id, i) => [i > 0 && h('br', {}), endpointLink(id)]), ids.length > 2 && h('span', { class: 'cell-2' }, `and ${ids.length - 2} more`)];
  }

  function kick(agent) {
    let time = '60s';
    ask({
      title: `Kick ${agent}?`,
      text: 'Its sessions on all members are cut, and its endpoints are gone unless another agent serves them.',
      fields: (self) => field('time', 'Afterwards', select('time', time, TIMES, (v) => {
        time = v;
        self.redraw();
      })),
      verb: 'Kick it',
      risky: true,
      run: () => api.kick(agent, time),
      did: () => (time === '0s' ? `${agent} is cut off.` : `${agent} is cut off and kept out.`),
      after: () => {
        rows.load();
        readBans();
      },
    });
  }

  function open(id) {
    shown = id;
    drawer({
      path: 'agents',
      key: 'agent',
      id,
      row: rows.state.data?.items?.find((row) => row.agent === id),
      title: ({ gone }) => [id, ' ', gone && h('span', { class: 'tag bad' }, h('span', { class: 'dot bad' }), 'Not connected')],
      closed: () => (shown = null),
      body: ({ row: a, gone }) => !a
        ? h('p', { class: 'dim' }, gone ? 'It is not connected to any member.' : 'Loading')
        : [
          facts([
            ['Kind', kind(a)],
            ['Round trip', roundTrip(a)],
            ['User', a.user || 'nobody in particular'],
            ['Address', h('span', { class: 'mono' }, a.host)],
            ['Attached to', memberLinks(a.members)],
            ['Connected', `${moment(a.since)}, for ${age(a.since)}`],
            ['Connections', `${count(a.connections)} of visitors`],
          ]),
          h('div', { class: 'sub' }, h('h3', {}, 'Sessions'), h('ul', { class: 'sub-list' }, (a.sessions ?? []).map((s) => h('li', { key: `${s.member} ${s.sid}` },
            h('span', { class: 'grow' }, endpointLink(s.endpoint), h('span', { class: 'cell-2' }, `on ${s.member} by ${s.service}, from ${s.client}`)), s.rttMs !== undefined && h('span', { class: 'faint num' }, roundTrip(s)), h('span', { class: 'tag' }, `weight ${s.weight ?? 1}`), h('span', { class: 'faint num' }, age(s.since)))))),
        ],
      foot: ({ gone }) => may && [button('Kick', () => kick(id), { kind: 'danger', glyph: 'ban', disabled: gone })],
    });
  }

  function keptOut() {
    if (!bans.length) return null;
    return card('Kept out', h('ul', { class: 'plain-list' }, bans.map((b) => h('li', { key: b.agent }, h('span', { class: 'grow' }, h('b', {}, b.agent), h('span', { class: 'cell-2' }, `until ${moment(b.until)}${b.by ? `, by ${b.by}` : ''}`)),
      may && button('Let it back', () => act(() => api.unban(b.agent), `${b.agent} may come back.`, readBans), { small: true })))), { flush: true, actions: h('span', { class: 'dim small' }, plural(bans.length, 'agent')) });
  }

  return {
    title: 'Agents',
    navigated() {
      rows.navigated();
      openFromAddress();
    },
    leave() {
      rows.leave();
      clearInterval(timer);
    },
    view: () => rows.view({ tools: button('Add an agent', addAgent, { kind: 'primary', glyph: 'plus' }), extra: keptOut() }),
  };
}
