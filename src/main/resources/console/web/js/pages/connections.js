/** What goes on right now: found, looked at, closed one by one or all that match. */

import { h } from '../lib/dom.js';
import { api, closed } from '../lib/api.js';
import { amend, here, link } from '../lib/router.js';
import { bytes, duration, endpointName, isEndpoint, plural, rate, moment } from '../lib/format.js';
import { drawer } from '../ui/drawer.js';
import { act, ask } from '../ui/layers.js';
import { button, empty, endpointLabel, facts, iconButton, segments } from '../ui/parts.js';
import { list } from '../ui/list.js';

const FILTERS = { member: 'Member', service: 'Service', kind: 'Kind', client: 'Client', user: 'User', target: 'Target', route: 'Route', endpoint: 'Endpoint', sid: 'Session' };
const KINDS = [{ value: '', label: 'All' }, { value: 'connect', label: 'Connect' }, { value: 'associate', label: 'Datagrams' }, { value: 'bind', label: 'Agents' }];

export function connections({ redraw, session }) {
  const may = session.role !== 'viewer';
  const rows = list({
    path: 'connections',
    noun: ['connection', 'connections'],
    search: 'Search client, user, target, route',
    filters: FILTERS,
    sort: '-outRate',
    every: 2000,
    pausable: true,
    compact: true,
    key: (c) => `${c.member} ${c.sid}`,
    columns: [
      { key: 'client', label: 'Client', sort: 'client', lead: true, cell: (c) => [h('button', { type: 'button', class: 'open mono', onclick: () => open(c) }, c.client || 'unknown'), c.user && h('span', { class: 'cell-2' }, c.user)] },
      { key: 'target', label: 'Target', sort: 'target', wide: true, cell: (c) => [h('span', { class: 'mono' }, shown(c.target)), c.route && h('span', { class: 'cell-2' }, `via ${c.route}`)] },
      { key: 'service', label: 'Service', sort: 'service', minor: true, cell: (c) => narrow('service', c.service, isEndpoint(c.service) ? endpointLabel(c.service) : c.service) },
      { key: 'member', label: 'Member', sort: 'member', cell: (c) => narrow('member', c.member, c.member) },
      { key: 'ageS', label: 'Age', sort: 'ageS', right: true, cell: (c) => duration(c.ageS) },
      { key: 'inRate', label: 'From client', sort: 'inRate', right: true, cell: (c) => [flow(c.inRate), h('span', { class: 'cell-2' }, bytes(c.inBytes))] },
      { key: 'outRate', label: 'To client', sort: 'outRate', right: true, cell: (c) => [flow(c.outRate), h('span', { class: 'cell-2' }, bytes(c.outBytes))] },
    ],
    verbs: may && ((c) => iconButton('cut', `Close the connection of ${c.client || c.sid}`, () => closeOne(c), { risky: true })),
    empty: () => empty('connections', 'Nobody is connected', 'Connections appear here as soon as somebody uses a service or an endpoint.'),
  }, redraw);

  let shownSid = null;
  openFromAddress();

  function openFromAddress() {
    const sid = here().params.open;
    if (!sid || sid === shownSid) return;
    shownSid = sid;
    api.get('connections', { sid, limit: 1 }).then((page) => page.items?.[0] && open(page.items[0]), () => {});
  }

  function narrow(field, value, label) {
    return h('button', { type: 'button', class: 'open plain', title: `Only ${value}`, onclick: () => amend({ [field]: value, page: undefined }) }, label);
  }

  function closeOne(c) {
    return act(() => api.closeOne(c.sid), `Closed the connection of ${c.client || c.sid}.`, () => rows.load());
  }

  function closeMatching() {
    const which = rows.filter();
    const all = Object.keys(which).length === 0;
    const total = rows.state.data?.total ?? 0;
    ask({
      title: all ? `Close all ${plural(total, 'connection')}?` : `Close ${plural(total, 'connection')} that match?`,
      text: all
        ? 'Everybody who uses this cluster is cut off. Sessions of agents stay.'
        : `${Object.entries(which).map(([f, v]) => `${f === 'q' ? 'Text' : FILTERS[f]}: ${v}`).join(', ')}. Connections that match by the time you confirm are closed as well.`,
      verb: total === 1 ? 'Close it' : `Close ${total}`,
      risky: true,
      run: () => api.closeMatching(all ? { all: true } : which),
      did: closed,
      after: () => rows.load(),
    });
  }

  function open(c) {
    drawer({
      path: 'connections',
      key: 'sid',
      id: c.sid,
      row: c,
      title: ({ row, gone }) => [h('span', { class: 'mono' }, row.client || 'Connection'), gone && h('span', { class: 'tag' }, 'Ended')],
      closed: () => (shownSid = null),
      body: ({ row }) => facts([
        ['Client', row.client],
        row.user && ['User', row.user],
        ['Target', h('span', { class: 'mono' }, shown(row.target))],
        ['Route', row.route || 'dialled directly'],
        ['Service', row.service],
        ['Kind', row.kind],
        ['Member', h('a', { href: link('members', { open: row.member }) }, row.member)],
        ['Began', `${moment(row.start)}, ${duration(row.ageS)} ago`],
        ['From client', `${rate(row.inRate)}, ${bytes(row.inBytes)} in all`],
        ['To client', `${rate(row.outRate)}, ${bytes(row.outBytes)} in all`],
        ['Session', h('span', { class: 'mono' }, row.sid)],
      ]),
      foot: ({ row, gone }, self) => may && [
        button('Close the connection', () => closeOne(row).then(self.close), { kind: 'danger', glyph: 'cut', disabled: gone }),
        row.user && button(`All of ${row.user}`, () => {
          self.close();
          amend({ user: row.user, page: undefined, open: undefined });
        }),
      ],
    });
  }

  return {
    title: 'Connections',
    navigated() {
      rows.navigated();
      openFromAddress();
    },
    leave: rows.leave,
    view: () => rows.view({
      tools: [
        segments('Kind', here().params.kind ?? '', KINDS, (v) => amend({ kind: v || undefined, page: undefined })),
        may && button(Object.keys(rows.filter()).length ? 'Close all that match' : 'Close all', closeMatching, { glyph: 'cut', disabled: !rows.state.data?.total }),
      ],
    }),
  };
}

function shown(target) {
  if (!target) return '–';
  return isEndpoint(target) ? [h('span', { class: 'kind' }, target.split(' ')[0]), ' ', endpointName(target)] : target;
}

function flow(bytesPerSecond) {
  return bytesPerSecond > 0 ? rate(bytesPerSecond) : h('span', { class: 'faint' }, bytesPerSecond === 0 ? 'idle' : '–');
}
