/** What visitors use, and who serves it. */

import { h } from '../lib/dom.js';
import { api, closed } from '../lib/api.js';
import { amend, here, link } from '../lib/router.js';
import { age, count, limit, plural, rate } from '../lib/format.js';
import { drawer } from '../ui/drawer.js';
import { act, ask, menu } from '../ui/layers.js';
import { icon } from '../ui/icons.js';
import { button, empty, endpointLabel, facts, field, iconButton, input, segments } from '../ui/parts.js';
import { list } from '../ui/list.js';
import { addAgent } from './add-agent.js';

const NETWORKS = [{ value: '', label: 'All' }, { value: 'tcp', label: 'TCP' }, { value: 'udp', label: 'UDP' }, { value: 'tunnel', label: 'Tunnels' }];

export function endpoints({ redraw, session }) {
  const may = session.role !== 'viewer';
  let shown = null;
  const rows = list({
    path: 'endpoints',
    noun: ['endpoint', 'endpoints'],
    search: 'Search name, user, agent',
    filters: { network: 'Network', user: 'User', member: 'Member', disabled: 'Disabled', name: 'Name' },
    sort: '-connections',
    refreshOn: (name, event) => name === 'event' && (event.kind === 'endpoint' || event.kind === 'audit'),
    key: (e) => e.endpoint,
    stale: (e) => e.stale,
    columns: [
      { key: 'endpoint', label: 'Endpoint', sort: 'name', lead: true, cell: (e) => h('button', { type: 'button', class: 'open', onclick: () => open(e.endpoint) }, endpointLabel(e.endpoint)) },
      { key: 'state', label: 'State', cell: state },
      { key: 'user', label: 'User', sort: 'user', cell: (e) => e.user || '–' },
      { key: 'agents', label: 'Agents', cell: (e) => agentsOf(e) },
      { key: 'connections', label: 'Connections', sort: 'connections', right: true, cell: (e) => count(e.connections) },
      { key: 'inRate', label: 'From clients', sort: 'inRate', right: true, minor: true, cell: (e) => rate(e.inRate) },
      { key: 'outRate', label: 'To clients', sort: 'outRate', right: true, cell: (e) => rate(e.outRate) },
    ],
    verbs: may && ((e) => [
      e.disabled
        ? iconButton('play', `Enable ${e.endpoint}`, () => enable(e.endpoint))
        : iconButton('power', `Disable ${e.endpoint}`, () => disable(e), { risky: true }),
      iconButton('more', `More for ${e.endpoint}`, (click) => menu(click.currentTarget, [
        { label: 'Look at it', icon: 'endpoints', run: () => open(e.endpoint) },
        { label: 'Set a weight…', icon: 'scale', run: () => weigh(e, e.agents?.[0]) },
        { label: 'Set a limit…', icon: 'gauge', run: () => limitIt(e) },
        { label: 'Its connections', icon: 'connections', href: link('connections', { endpoint: e.endpoint }) },
        { label: 'Close its connections…', icon: 'cut', risky: true, run: () => closeAll(e) },
      ]), { 'aria-haspopup': 'menu' }),
    ]),
    empty: () => empty('endpoints', 'No endpoints yet', 'An endpoint appears when an agent publishes a port or a tunnel. Every member then serves it.', may && button('Add an agent', addAgent, { kind: 'primary', glyph: 'plus' })),
  }, redraw);

  openFromAddress();

  function openFromAddress() {
    const id = here().params.open;
    if (id && id !== shown) open(id);
  }

  function state(e) {
    if (e.disabled) return h('span', { class: 'tag warn' }, h('span', { class: 'dot warn' }), 'Disabled');
    const failed = (e.ports ?? []).filter((p) => p.error);
    if (failed.length) return h('span', { class: 'tag bad', title: failed.map((p) => `${p.member}: ${p.error}`).join('\n') }, h('span', { class: 'dot bad' }), `Not on ${failed.length === 1 ? failed[0].member : plural(failed.length, 'member')}`);
    if (e.stale) return h('span', { class: 'tag' }, 'Last known');
    return h('span', { class: 'tag ok' }, h('span', { class: 'dot ok' }), 'Serves');
  }

  function agentsOf(e) {
    const names = [...new Set((e.agents ?? []).map((a) => a.agent))];
    if (!names.length) return h('span', { class: 'faint' }, 'none');
    return [h('a', { class: 'list-link', href: link('agents', { open: names[0] }) }, names[0]), names.length > 1 && h('span', { class: 'faint' }, ` and ${names.length - 1} more`)];
  }

  function disable(e) {
    ask({
      title: `Disable ${e.endpoint}?`,
      text: `Visitors are refused on all members, and ${e.connections ? plural(e.connections, 'connection') : 'those who are there'} cut. Its agents stay connected.`,
      verb: 'Disable it',
      risky: true,
      run: () => api.disable(e.endpoint),
      did: `${e.endpoint} is disabled.`,
      after: rows.load,
    });
  }

  function enable(id) {
    return act(() => api.enable(id), `${id} lets visitors in again.`, rows.load);
  }

  function closeAll(e) {
    ask({
      title: `Close the connections of ${e.endpoint}?`,
      text: 'New visitors are let in at once.',
      verb: 'Close them',
      risky: true,
      run: () => api.closeMatching({ endpoint: e.endpoint }),
      did: closed,
      after: rows.load,
    });
  }

  function weigh(e, agent, after) {
    let value = String(agent?.weight ?? 1);
    ask({
      title: `Weight of ${agent?.agent ?? 'the agent'}`,
      text: `Its share of the visitors of ${e.endpoint}, next to its other agents.`,
      fields: () => field('weight', 'Weight', input('weight', value, (v) => (value = v), { type: 'number', min: 0, max: 1000, inputmode: 'numeric' }), { hint: `0: what the agent asked for${agent?.asked !== undefined ? ` (${agent.asked})` : ''}` }),
      verb: 'Set the weight',
      ready: () => Boolean(agent),
      run: () => {
        const weight = Number(value);
        if (!Number.isInteger(weight) || weight < 0 || weight > 1000) throw new Error('A whole number from 0 to 1000.');
        return api.weigh(e.endpoint, agent.agent, weight);
      },
      did: 'The weight is set.',
      after: () => {
        rows.load();
        after?.();
      },
    });
  }

  function limitIt(e, after) {
    const most = { in: limit(e.inLimit), out: limit(e.outLimit) };
    const rateField = (key, label) => field(`limit-${key}`, label, input(`limit-${key}`, most[key], (v) => (most[key] = v.trim()), { autocapitalize: 'none' }), { hint: 'A second, such as 512KB or 10MB. 0: no limit' });
    ask({
      title: `Limit of ${e.endpoint}`,
      text: 'How fast each member serves all its visitors together. It counts for those who come from now on.',
      fields: () => [rateField('in', 'From visitors'), rateField('out', 'To visitors')],
      verb: 'Set the limit',
      run: () => {
        for (const value of [most.in, most.out]) {
          if (!/^(0|(\d+(\.\d+)?([KMGTPE]i?)?B)+)$/.test(value)) throw new Error(`“${value}” is no rate: a number with a unit, such as 512KB or 10MB, or 0.`);
        }
        return api.limit(e.endpoint, most);
      },
      did: 'The limit is set.',
      after: () => {
        rows.load();
        after?.();
      },
    });
  }

  function limitsOf(e) {
    return e.inLimit || e.outLimit ? `${e.inLimit ? `${limit(e.inLimit)}/s` : 'any'} from visitors, ${e.outLimit ? `${limit(e.outLimit)}/s` : 'any'} to them` : 'none';
  }

  function open(id) {
    shown = id;
    drawer({
      path: 'endpoints',
      key: 'endpoint',
      id,
      row: rows.state.data?.items?.find((row) => row.endpoint === id),
      title: ({ gone }) => [endpointLabel(id), ' ', gone && h('span', { class: 'tag' }, 'Gone')],
      closed: () => (shown = null),
      body: ({ row: e, gone, read }) => !e
        ? h('p', { class: 'dim' }, gone ? 'No agent serves it any more.' : 'Loading')
        : [
          facts([
            ['State', state(e)],
            ['User', e.user || 'nobody in particular'],
            ['Connections', h('a', { href: link('connections', { endpoint: id }) }, count(e.connections))],
            ['From clients', rate(e.inRate)],
            ['To clients', rate(e.outRate)],
            ['Limit at each member', limitsOf(e)],
            ['Full name', h('span', { class: 'mono' }, e.name)],
          ]),
          h('div', { class: 'sub' }, h('h3', {}, 'Agents behind it'),
            e.agents?.length
              ? h('ul', { class: 'sub-list' }, e.agents.map((a) => h('li', { key: a.sid },
                h('span', { class: 'grow' }, h('a', { href: link('agents', { open: a.agent }) }, a.agent), h('span', { class: 'cell-2' }, `on ${a.member}, for ${age(a.since)}, ${plural(a.connections ?? 0, 'connection')}`)),
                h('span', { class: 'tag' }, `weight ${a.weight ?? 1}`),
                may && iconButton('scale', `Set the weight of ${a.agent}`, () => weigh(e, a, read)))))
              : h('p', { class: 'dim' }, 'None at the moment.')),
          e.ports?.length > 0 && h('div', { class: 'sub' }, h('h3', {}, 'Where visitors come in'),
            h('ul', { class: 'sub-list' }, e.ports.map((p) => h('li', { key: p.member }, h('span', { class: `dot ${p.error ? 'bad' : 'ok'}` }), h('span', { class: 'grow mono' }, p.address || '–'), h('span', { class: 'dim' }, p.member), p.error && h('span', { class: 'error-text' }, p.error))))),
          e.network === 'tunnel' && h('div', { class: 'notice info' }, icon('info'), 'A tunnel has no port of its own: visitors come through an ingress host name or a private tunnel, on any member.'),
        ],
      foot: ({ row: e, read }) => may && e && [
        e.disabled ? button('Enable', () => enable(id).then(read), { kind: 'primary', glyph: 'play' }) : button('Disable', () => disable(e), { kind: 'danger', glyph: 'power' }),
        button('Limit…', () => limitIt(e, read), { glyph: 'gauge' }),
        button('Close its connections', () => closeAll(e), { glyph: 'cut', disabled: !e.connections }),
      ],
    });
  }

  return {
    title: 'Endpoints',
    navigated() {
      rows.navigated();
      openFromAddress();
    },
    leave: rows.leave,
    view: () => rows.view({
      tools: [
        segments('Network', here().params.network ?? '', NETWORKS, (v) => amend({ network: v || undefined, page: undefined })),
        may && button('Add an agent', addAgent, { kind: 'primary', glyph: 'plus' }),
      ],
    }),
  };
}
