/** Everything at a glance: is it well, how much is going on, what happened. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { live, summed, warnings } from '../lib/live.js';
import { link } from '../lib/router.js';
import { bytes, capital, count, date, duration, moment, percent, perSecond, plural, rate } from '../lib/format.js';
import { chart, legend, spark } from '../ui/chart.js';
import { icon } from '../ui/icons.js';
import { card, empty, endpointLabel, memberDot, meter, segments, skeleton } from '../ui/parts.js';
import { eventItem } from './events.js';
import { addAgent } from './add-agent.js';

export const TRAFFIC = [
  { key: 'in', name: 'From clients', color: 1, area: true },
  { key: 'out', name: 'To clients', color: 2, area: true },
];

/** Where a warning's cause is looked at. */
const CAUSES = {
  'member-stale': (w) => link('members', { open: w.subject }),
  'member-draining': (w) => link('members', { open: w.subject }),
  'version-skew': () => link('members'),
  'certificate-expires': () => link('certificates'),
  'endpoint-disabled': (w) => link('endpoints', { open: w.subject }),
  'endpoint-port': (w) => link('endpoints', { open: w.subject }),
  'service-failed': (w) => link('services', { q: w.about }),
  'service-disabled': (w) => link('services', { q: w.about, state: 'disabled' }),
  heap: (w) => link('members', { open: w.subject }),
  lag: (w) => link('members', { open: w.subject }),
};

export function overview({ redraw }) {
  const state = { span: '5m', hour: null, busiest: null };

  async function readHour() {
    try {
      state.hour = summed(await api.get('stats', { step: '10s' }));
    } catch {
      // The minutes that the stream brings are still there.
    }
    redraw();
  }

  async function readBusiest() {
    try {
      state.busiest = (await api.get('connections', { limit: 6, sort: '-outRate' })).items ?? [];
    } catch {
      // The banner says already that nobody answers.
    }
    redraw();
  }

  readBusiest();
  const timers = [setInterval(() => state.span === '1h' && readHour(), 10000), setInterval(readBusiest, 3000)];

  return {
    title: 'Overview',
    leave: () => timers.forEach(clearInterval),
    view() {
      const o = live.overview;
      if (!o) return h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(6)));
      return h('div', { class: 'stack' }, health(o), attention(), figures(o),
        h('div', { class: 'two-one' }, h('div', { class: 'stack' }, traffic(), busiest()), h('div', { class: 'stack' }, recent(), members(o))));
    },
  };

  function health(o) {
    const all = o.members ?? [];
    const lost = all.filter((m) => m.state === 'stale');
    const draining = all.filter((m) => m.state === 'draining');
    const level = lost.length ? 'bad' : draining.length || o.warnings?.some((w) => w.severity === 'critical') ? 'warn' : 'ok';
    const text = lost.length
      ? `${lost.map((m) => m.member).join(', ')} ${lost.length === 1 ? 'does' : 'do'} not answer`
      : draining.length
        ? `${draining.map((m) => m.member).join(', ')} ${draining.length === 1 ? 'is' : 'are'} draining`
        : all.length === 1
          ? `${all[0].member} is ready`
          : `All ${all.length} members are ready`;
    return h('div', { class: 'health', 'data-health': level }, h('span', { class: `dot ${level}` }), h('p', {}, text),
      h('span', { class: 'dim' }, o.totals?.complete === false ? 'Totals include the last known figures of members that do not answer.' : `Up for ${duration(Math.max(0, ...all.map((m) => m.uptimeS ?? 0)))}`));
  }

  function attention() {
    const different = warnings();
    if (!different.length) return null;
    return h('section', { class: 'attention', 'aria-label': 'To look at' },
      h('ul', {}, different.map((w) => h('li', { key: w.key },
        h('a', { href: (CAUSES[w.code] ?? (() => link('events')))(w), class: w.severity }, icon('warn'), h('span', { class: 'grow' }, warning(w)), h('span', { class: 'go' }, 'Look', icon('right', 14)))))));
  }

  /** What it is about, and what is the matter with it; with times as they are read here. */
  function warning(w) {
    const message = (w.message ?? '').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, (time) => (Date.parse(time) > Date.now() ? date(time) : moment(time)));
    if (!w.subject || message.includes(w.subject)) return capital(message);
    const where = w.at.size > 1 && w.at.size === (live.overview?.members ?? []).length ? ' on all members' : w.at.size ? ` on ${[...w.at].join(', ')}` : '';
    return [h('b', {}, w.about), where, w.code === 'certificate-expires' && /^until/.test(message) ? ' is valid ' : ' ', message];
  }

  function figures(o) {
    const t = o.totals ?? {};
    const points = live.series;
    const stale = t.complete === false;
    return h('div', { class: 'figures' },
      figure('From clients', rate(t.inRate), spark(points.map((p) => p.in), 1), { sub: `${bytes(t.inBytes)} in all`, href: link('charts'), stale, id: 'in' }),
      figure('To clients', rate(t.outRate), spark(points.map((p) => p.out), 2), { sub: `${bytes(t.outBytes)} in all`, href: link('charts'), stale, id: 'out' }),
      figure('Connections', count(t.connections), spark(points.map((p) => p.connections), 3), { sub: `${perSecond(t.newRate)} new`, href: link('connections'), stale, id: 'connections' }),
      figure('Agents', count(t.agents), null, { sub: h('button', { type: 'button', class: 'text-button', onclick: addAgent }, 'Add an agent'), href: link('agents'), stale, id: 'agents' }),
      figure('Endpoints', count(t.endpoints), null, { sub: t.services > 0 && plural(t.services, 'service'), href: link('endpoints'), stale, id: 'endpoints' }));
  }

  function traffic() {
    const points = state.span === '1h' ? state.hour ?? [] : live.series;
    const now = Date.now();
    return card('Traffic', h('div', { class: 'stack' },
      points.length > 1 ? chart({ id: 'overview-traffic', label: 'Traffic', points, series: TRAFFIC, format: rate, height: 264, least: 125, from: state.span === '1h' ? now - 3600000 : now - 300000, to: now, gap: state.span === '1h' ? 25000 : 5000 }) : skeleton(4),
      legend(TRAFFIC)),
    {
      actions: segments('How far back', state.span, [{ value: '5m', label: '5 minutes' }, { value: '1h', label: '1 hour' }], (v) => {
        state.span = v;
        if (v === '1h') readHour();
        redraw();
      }),
    });
  }

  function recent() {
    return card('Recent events', live.events.length ? h('ul', { class: 'event-list' }, live.events.slice(0, 6).map((e) => eventItem(e, true))) : empty('events', 'Nothing has happened yet'), {
      flush: true,
      actions: h('a', { class: 'small', href: link('events') }, 'All events'),
    });
  }

  function busiest() {
    const rows = state.busiest;
    const body = !rows
      ? h('div', { class: 'card-body' }, skeleton(4))
      : !rows.length
        ? empty('connections', 'Nobody is connected', 'Connections appear here as soon as somebody uses a service or an endpoint.')
        : h('ul', { class: 'busy-list' }, rows.map((c) => h('li', { key: c.sid },
          h('a', { href: link('connections', { open: c.sid }) },
            h('span', { class: 'grow ends' }, h('span', { class: 'mono' }, c.client || '–'), icon('right', 12), h('span', { class: 'mono target' }, c.target ? target(c.target) : c.service)),
            h('span', { class: 'rates num' }, h('span', { class: 'sr' }, 'to client '), rate(c.outRate)),
            h('span', { class: 'rates num faint' }, duration(c.ageS))))));
    return card('Busiest connections', body, { flush: true, actions: h('a', { class: 'small', href: link('connections', { sort: '-outRate' }) }, 'All connections') });
  }

  function members(o) {
    return card('Members', h('ul', { class: 'member-list' }, (o.members ?? []).map((m) => h('li', { key: m.member, class: m.state === 'stale' ? 'stale' : undefined, 'data-member': m.member, 'data-state': m.state },
      h('a', { href: link('members', { open: m.member }) },
        h('span', { class: 'row' }, memberDot(m.state), h('b', {}, m.member)),
        h('span', { class: 'load' }, h('span', {}, 'CPU ', h('span', { class: 'num' }, percent(m.cpu))), meter(m.cpu, 'CPU')),
        h('span', { class: 'load' }, h('span', {}, 'Heap ', h('span', { class: 'num' }, percent(m.heapUsed / m.heapMax))), meter(m.heapUsed / m.heapMax, 'Heap')),
        h('span', { class: 'num figure-end' }, m.state === 'stale' ? 'does not answer' : m.state === 'draining' ? 'draining' : plural(m.connections, 'connection')))))), {
      flush: true,
      actions: h('a', { class: 'small', href: link('members') }, 'All members'),
    });
  }
}

function target(text) {
  return /^(tcp|udp|tunnel|unix|serial) /.test(text) ? endpointLabel(text) : text;
}

function figure(label, value, graph, { sub, href, stale, id }) {
  return h('div', { class: `figure${stale ? ' stale' : ''}`, 'data-figure': id }, h('a', { class: 'label', href }, label), h('span', { class: 'value num' }, value), h('span', { class: 'sub' }, sub), graph);
}
