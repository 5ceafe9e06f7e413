/** From "this port behind NAT" to the command line that publishes it, for gost and for Warren. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { live } from '../lib/live.js';
import { dialog } from '../ui/layers.js';
import { command, field, input, notice, segments, select } from '../ui/parts.js';

const BINDING = new Set(['relay', 'tunnel', 'socks5', 'socks']);
const KINDS = [{ value: 'tcp', label: 'TCP port' }, { value: 'udp', label: 'UDP port' }, { value: 'tunnel', label: 'Tunnel' }];

/** `relay` over `tls` is written `relay+tls`; over plain TCP, `relay`. */
function scheme(service) {
  const handler = service.handler === 'socks' ? 'socks5' : service.handler;
  return !service.listener || service.listener === 'tcp' ? handler : `${handler}+${service.listener}`;
}

const port = (address) => /:(\d+)$/.exec(address ?? '')?.[1];
const bracketed = (host) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
/** Whatever a shell could read as something else stands in quotes. */
const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The host that an agent would dial for a service: the one that it listens on, or the one this page was asked at. */
function reach(service) {
  const host = /^\[?(.*?)\]?:\d+$/.exec(service.address ?? service.addr ?? '')?.[1] ?? '';
  if (host && host !== '::' && host !== '0.0.0.0') return host;
  const own = live.overview?.member === service.member;
  const trunk = /^\[?(.*?)\]?:\d+$/.exec(live.overview?.members?.find((m) => m.member === service.member)?.trunk ?? '')?.[1];
  return own || !trunk ? location.hostname : trunk;
}

/** @param choice {kind, port, target, user, name, id, sessions} */
export function commandLine(program, choice, services) {
  const first = services[0];
  if (!first) return '';
  const nodes = services.map((s) => `${bracketed(reach(s))}:${port(s.address) ?? port(s.addr)}`);
  const tunnel = choice.kind === 'tunnel';
  const own = [];
  if (program === 'warren') {
    if (choice.name) own.push(`agent=${encodeURIComponent(choice.name)}`);
    if (nodes.length > 1) own.push('sessions=2');
  }
  const listen = `${choice.kind === 'udp' ? 'rudp' : 'rtcp'}://:${tunnel ? 0 : choice.port}/${choice.target}${own.length ? `?${own.join('&')}` : ''}`;
  const more = [];
  if (tunnel) more.push(`tunnel.id=${choice.id}`);
  if (nodes.length > 1) more.push('strategy=fifo', 'maxFails=1', 'failTimeout=30s');
  const user = choice.user ? `${encodeURIComponent(choice.user)}:PASSWORD@` : '';
  const forward = `${scheme(first)}://${user}${nodes.join(',')}${more.length ? `?${more.join('&')}` : ''}`;
  return `${program} -L ${quoted(listen)} -F ${quoted(forward)}`;
}

export function addAgent() {
  const choice = { kind: 'tcp', port: '2222', target: '127.0.0.1:22', user: '', name: '', id: uuid(), service: '' };
  let services = null;
  let failed = null;
  const self = dialog({
    title: 'Add an agent',
    wide: true,
    body: () => [
      h('p', { class: 'dim' }, 'Run this where the thing to be published can be reached. It dials out; nothing needs to be opened there.'),
      failed ? notice('bad', failed.message) : form(),
    ],
    foot: () => [h('button', { type: 'button', class: 'button primary', onclick: () => self.close() }, 'Done')],
  });
  load();

  async function load() {
    try {
      services = (await api.get('services', { limit: 1000, state: 'ready' })).items ?? [];
      choice.service = fitting()[0]?.name ?? '';
    } catch (e) {
      failed = e;
    }
    self.redraw();
  }

  function fitting() {
    const wanted = (s) => (choice.kind === 'tunnel' ? s.handler === 'tunnel' : BINDING.has(s.handler) && s.handler !== 'tunnel') && (choice.kind !== 'udp' || s.handler === 'relay' || s.handler.startsWith('socks'));
    const byName = new Map();
    for (const s of services ?? []) if (wanted(s)) byName.set(s.name, [...(byName.get(s.name) ?? []), s]);
    return [...byName].map(([name, all]) => ({ name, all })).sort((a, b) => Number(b.all[0].handler === 'relay') - Number(a.all[0].handler === 'relay'));
  }

  function set(key, value) {
    choice[key] = value;
    if (key === 'kind' && !fitting().some((s) => s.name === choice.service)) choice.service = fitting()[0]?.name ?? '';
    self.redraw();
  }

  function form() {
    const options = fitting();
    const chosen = options.find((o) => o.name === choice.service)?.all ?? [];
    return [
      segments('What to publish', choice.kind, KINDS, (v) => set('kind', v)),
      h('div', { class: 'form-grid' },
        choice.kind === 'tunnel'
          ? field('agent-id', 'Tunnel', input('agent-id', choice.id, (v) => set('id', v), { class: 'input mono' }), { hint: 'A UUID; an ingress gives it a host name.' })
          : field('agent-port', 'Port on the members', input('agent-port', choice.port, (v) => set('port', v), { inputmode: 'numeric' }), { hint: '0: any port that is free on all of them.' }),
        field('agent-target', 'What is published', input('agent-target', choice.target, (v) => set('target', v), { class: 'input mono' }), { hint: 'As the agent’s machine reaches it.' }),
        field('agent-service', 'Through the service', select('agent-service', choice.service, options.length ? options.map((o) => ({ value: o.name, label: `${o.name} (${scheme(o.all[0])}, ${o.all.length === 1 ? o.all[0].member : `${o.all.length} members`})` })) : [{ value: '', label: services ? 'none fits' : 'loading' }], (v) => set('service', v))),
        field('agent-user', 'User', input('agent-user', choice.user, (v) => set('user', v), { placeholder: 'none' }), { hint: 'Put the password in place of PASSWORD.' }),
        field('agent-name', 'Name of the agent', input('agent-name', choice.name, (v) => set('name', v), { placeholder: 'host and service' }), { hint: 'Warren only: how it is known here.' })),
      services && !options.length
        ? notice('warn', choice.kind === 'tunnel' ? 'No service with the handler “tunnel” runs.' : 'No service with the handler “relay” or “socks5” runs.', ' Create one with the metadata “bind: true” under Services and chains.')
        : chosen.length > 0 && [
          h('div', { class: 'sub' }, h('h3', {}, 'With Warren'), h('div', { 'data-command': 'warren' }, command(commandLine('warren', choice, chosen)))),
          h('div', { class: 'sub' }, h('h3', {}, 'With gost'), h('div', { 'data-command': 'gost' }, command(commandLine('gost', choice, chosen)))),
          chosen.length > 1 && h('p', { class: 'dim' }, 'It knows all members and goes to the next one when its own is lost. A Warren agent holds two sessions, so that nothing is missed.'),
        ],
    ];
  }
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
