/** The members: how each one is, and what can be asked of it. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { live } from '../lib/live.js';
import { amend, here, link } from '../lib/router.js';
import { ago, bytes, count, duration, millis, moment, percent, perSecond, plural, rate } from '../lib/format.js';
import { act, ask, dialog, menu } from '../ui/layers.js';
import { icon } from '../ui/icons.js';
import { button, empty, facts, field, iconButton, input, memberState, meter, select, skeleton } from '../ui/parts.js';

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];

export function drainMember(member) {
  let grace = '30s';
  ask({
    title: `Drain ${member}?`,
    text: 'It takes no new visitors and asks its agents to go to other members. Connections may finish within the grace time; it stays a member.',
    fields: () => field('grace', 'Grace time', input('grace', grace, (v) => (grace = v)), { hint: 'How long connections may take to finish: 30s, 10m. Then they are cut.' }),
    verb: 'Drain it',
    run: () => api.drain(member, grace),
    did: `${member} is draining.`,
  });
}

export function setLogLevel(member) {
  const state = { level: 'info', logger: '' };
  ask({
    title: member ? `Log level on ${member}` : 'Log level on all members',
    text: 'Until the next start or reload.',
    fields: (self) => [
      field('level', 'Level', select('level', state.level, LEVELS, (v) => {
        state.level = v;
        self.redraw();
      })),
      field('logger', 'Logger', input('logger', state.logger, (v) => (state.logger = v), { placeholder: 'all' }), { hint: 'A room such as session, service, route, cluster. Empty: all of them.' }),
    ],
    verb: 'Set the level',
    run: () => api.logLevel(member, state.level, state.logger),
    did: () => `Level ${state.level} is set.`,
  });
}

export function members({ redraw, session }) {
  const may = session.role !== 'viewer';
  let shown = null;

  function openFromAddress() {
    const name = here().params.open;
    if (!name || name === shown || !live.overview) return;
    if (find(name)) open(name);
  }

  function find(name) {
    return live.overview?.members?.find((m) => m.member === name);
  }

  function verbs(m) {
    return [
      m.state === 'draining'
        ? { label: 'Serve again', icon: 'play', run: () => act(() => api.undrain(m.member), `${m.member} serves again.`) }
        : { label: 'Drain…', icon: 'drain', run: () => drainMember(m.member) },
      { label: 'Reload its configuration', icon: 'reload', run: () => act(() => api.reload(m.member), `${m.member} has read its configuration again.`) },
      { label: 'Set its log level…', icon: 'logs', run: () => setLogLevel(m.member) },
      { line: true },
      { label: 'Its connections', icon: 'connections', href: link('connections', { member: m.member }) },
      { label: 'Its log', icon: 'logs', href: link('logs', { member: m.member }) },
    ];
  }

  function open(name) {
    shown = name;
    dialog({
      drawer: true,
      title: () => [name, ' ', find(name) && memberState(find(name).state)],
      closed: () => {
        shown = null;
        if (here().params.open) amend({ open: undefined });
      },
      body: () => {
        const m = find(name);
        if (!m) return h('p', { class: 'dim' }, `${name} has left the cluster.`);
        return [
          facts([
            ['Last answer', `${moment(m.seen)}, ${ago(m.seen, Date.parse(live.overview.at))}`],
            ['Host', m.host],
            ['Version', m.version],
            ['Started', `${moment(m.started)}, ${duration(m.uptimeS)} ago`],
            ['Trunk', m.trunk && h('span', { class: 'mono' }, m.trunk)],
          ]),
          h('div', { class: 'sub' }, h('h3', {}, 'Load'), facts([
            ['CPU', [percent(m.cpu), ` of ${count(m.cpus)} processors`, meter(m.cpu, 'CPU')]],
            ['Heap', [`${bytes(m.heapUsed)} of ${bytes(m.heapMax)}`, meter(m.heapUsed / m.heapMax, 'Heap')]],
            ['Garbage collection', `${millis(m.gcMs)} in the last 10 s`],
            ['Event-loop lag', `${millis(m.lagMs)} at worst in the last 10 s`],
          ])),
          h('div', { class: 'sub' }, h('h3', {}, 'Traffic'), facts([
            ['Connections', `${count(m.connections)} now, ${perSecond(m.newRate)} new`],
            ['Since its start', `${count(m.opened)} opened, ${count(m.failed)} failed`],
            ['From clients', `${rate(m.inRate)}, ${bytes(m.inBytes)} in all`],
            ['To clients', `${rate(m.outRate)}, ${bytes(m.outBytes)} in all`],
            ['Serves', [h('a', { href: link('services', { member: name }) }, m.services === undefined ? 'services' : plural(m.services, 'service')), `, ${plural(m.agents, 'agent')}, ${plural(m.endpoints, 'endpoint')}`]],
          ])),
        ];
      },
      foot: () => {
        const m = find(name);
        return may && m && [
          m.state === 'draining'
            ? button('Serve again', () => act(() => api.undrain(name), `${name} serves again.`), { kind: 'primary', glyph: 'play' })
            : button('Drain', () => drainMember(name), { glyph: 'drain' }),
          button('Reload', () => act(() => api.reload(name), `${name} has read its configuration again.`), { glyph: 'reload' }),
          button('Log level', () => setLogLevel(name), { glyph: 'logs' }),
        ];
      },
    });
  }

  return {
    title: 'Members',
    navigated: openFromAddress,
    view() {
      const all = live.overview?.members;
      if (!all) return h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(5)));
      if (shown === null && here().params.open) queueMicrotask(openFromAddress);
      return h('div', { class: 'stack' },
        may && h('div', { class: 'tools' }, h('p', { class: 'dim grow' }, all.length === 1 ? 'This process is on its own. With a cluster section in its configuration it finds others.' : 'Every member serves every endpoint. Draining one moves its work to the others.'),
          h('div', { class: 'end' }, button('Reload all', reloadAll, { glyph: 'reload' }), button('Log level', () => setLogLevel(), { glyph: 'logs' }))),
        all.length ? h('div', { class: 'member-cards' }, all.map(memberCard)) : empty('members', 'No members'));
    },
  };

  function reloadAll() {
    ask({
      title: 'Reload all members?',
      text: 'Each reads its configuration files again. Services that have not changed keep their connections.',
      verb: 'Reload',
      run: () => api.reload(),
      did: 'All members have read their configuration again.',
    });
  }

  function memberCard(m) {
    const stale = m.state === 'stale';
    return h('section', { key: m.member, class: `card member-card${stale ? ' stale' : ''}`, 'aria-label': m.member, 'data-member': m.member, 'data-state': m.state },
      h('div', { class: 'card-head' },
        h('h2', {}, h('button', { type: 'button', class: 'open', onclick: () => open(m.member) }, m.member)),
        m.self && h('span', { class: 'tag accent', title: 'It serves this page' }, 'This page'),
        memberState(m.state),
        may && iconButton('more', `What can be done with ${m.member}`, (e) => menu(e.currentTarget, verbs(m)), { 'aria-haspopup': 'menu' })),
      h('div', { class: 'card-body stack' },
        h('div', { class: 'gauges' }, gauge('CPU', percent(m.cpu), m.cpu), gauge('Heap', percent(m.heapUsed / m.heapMax), m.heapUsed / m.heapMax)),
        h('dl', { class: 'member-facts' },
          [['Connections', count(m.connections)], ['From clients', rate(m.inRate)], ['To clients', rate(m.outRate)], ['Agents', count(m.agents)], ['Event-loop lag', millis(m.lagMs)], ['Up for', duration(m.uptimeS)]]
            .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'num' }, value)))),
        stale
          ? h('p', { class: 'stale-line' }, icon('warn', 14), `Figures from ${moment(m.seen)}`)
          : h('p', { class: 'faint small' }, [m.host, m.version && `Warren ${m.version}`].filter(Boolean).join(' · '))));
  }

  function gauge(name, text, share) {
    return h('div', { class: 'gauge' }, h('span', {}, name, h('b', { class: 'num' }, text)), meter(share, name));
  }
}
