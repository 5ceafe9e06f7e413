/**
 * The forms of the objects that have one. A form shows the keys that are used most; what it does not show stays as it is. Names of components are
 * suggestions only: the members decide what they know.
 */

import { plural } from './format.js';

/** Filled in once somebody is logged in. */
export const components = { handlers: [], listeners: [], connectors: [], dialers: [] };

const STRATEGIES = ['round', 'random', 'fifo', 'hash', 'parallel'];

const text = (path, label, more) => ({ type: 'text', path, label, ...more });
const secret = (path, label) => ({ type: 'text', path, label, hint: '****** keeps the one that is there.' });
const flag = (path, label, more) => ({ type: 'flag', path, label, ...more });
const one = (path, label, options, more) => ({ type: 'choice', path, label, options, ...more });
/** The name of another object of the configuration. */
const ref = (path, label, kind, more) => ({ type: 'ref', path, label, kind, ...more });
const lines = (path, label, more) => ({ type: 'lines', path, label, ...more });
const pairs = (path, label, more) => ({ type: 'pairs', path, label, ...more });
const each = (path, label, noun, fields, more) => ({ type: 'each', path, label, noun, fields, ...more });
const group = (title, fields, more) => ({ type: 'group', title, fields, ...more });

const NAME = text('name', 'Name', { required: true });
const NODE = [text('name', 'Name'), text('addr', 'Address', { mono: true, placeholder: 'host:port' })];

export const FORMS = {
  services: [
    group('What it is', [NAME, text('addr', 'Address', { mono: true, placeholder: ':8080', hint: 'Where it listens. Without a host: on all addresses.' })]),
    group('Who comes in', [one('listener.type', 'Listener', () => components.listeners, { placeholder: 'tcp' }), one('handler.type', 'Handler', () => components.handlers, { placeholder: 'auto' }), ref('handler.auther', 'Users', 'authers'), ref('admission', 'Admission', 'admissions')]),
    group('Where it goes', [ref('handler.chain', 'Chain', 'chains'), ref('bypass', 'Bypass', 'bypasses'), ref('resolver', 'Resolver', 'resolvers'), ref('hosts', 'Hosts', 'hosts')]),
    group('Limits', [ref('limiter', 'Traffic', 'limiters'), ref('climiter', 'Connections', 'climiters'), ref('rlimiter', 'Requests', 'rlimiters')]),
    each('forwarder.nodes', 'Forwards to', 'target', NODE),
    group('TLS', [text('listener.tls.certFile', 'Certificate file', { mono: true }), text('listener.tls.keyFile', 'Key file', { mono: true }), text('listener.tls.caFile', 'Clients’ authority', { mono: true, hint: 'Set: clients need a certificate.' })], { folded: true }),
    pairs('handler.metadata', 'Handler metadata', { folded: true }),
    pairs('listener.metadata', 'Listener metadata', { folded: true }),
  ],
  chains: [
    group('What it is', [NAME]),
    each('hops', 'Hops, in the order in which they are taken', 'hop', [
      text('name', 'Name'),
      one('selector.strategy', 'Choice', () => STRATEGIES, { placeholder: 'round' }),
      text('selector.maxFails', 'Failures until set aside', { number: true, placeholder: '1' }),
      text('selector.failTimeout', 'Set aside for', { placeholder: '10s' }),
      each('nodes', 'Nodes', 'node', nodeFields()),
    ]),
  ],
  hops: [group('What it is', [NAME]), each('nodes', 'Nodes', 'node', nodeFields())],
  authers: [group('What it is', [NAME]), each('auths', 'Users', 'user', [text('username', 'User'), secret('password', 'Password')])],
  limiters: [group('What it is', [NAME]), lines('limits', 'Limits', { hint: 'One a line: whom, from it, to it. “$” is everybody together, “$$” each connection, or an address range: $ 100MB 100MB.' })],
  climiters: [group('What it is', [NAME]), lines('limits', 'Limits', { hint: 'One a line: whom, how many at the same time. “$” is everybody together, “$$” each client address: $$ 20.' })],
  rlimiters: [group('What it is', [NAME]), lines('limits', 'Limits', { hint: 'One a line: whom, how many a second. “$” is everybody together, “$$” each client address: $$ 10.' })],
  quotas: [group('What it is', [NAME, text('limit', 'Bytes', { placeholder: '500GB' }), text('period', 'Per', { placeholder: '720h' })])],
  bypasses: [group('What it is', [NAME, flag('whitelist', 'Only these go through the chain')]), lines('matchers', 'Addresses and names', { hint: 'One a line: 10.0.0.0/8, *.internal, example.org' })],
  admissions: [group('What it is', [NAME, flag('whitelist', 'Only these are admitted')]), lines('matchers', 'Client addresses', { hint: 'One a line: 192.0.2.7, 10.0.0.0/8' })],
  hosts: [group('What it is', [NAME]), each('mappings', 'Names', 'name', [text('hostname', 'Host name'), text('ip', 'Address', { mono: true })])],
  resolvers: [group('What it is', [NAME]), each('nameservers', 'Name servers', 'server', [text('addr', 'Address', { mono: true, placeholder: 'udp://1.1.1.1:53' }), ref('chain', 'Chain', 'chains')])],
  ingresses: [group('What it is', [NAME]), each('rules', 'Rules', 'rule', [text('hostname', 'Host name'), text('endpoint', 'Tunnel', { mono: true })])],
};

function nodeFields() {
  return [
    text('name', 'Name'),
    text('addr', 'Address', { mono: true, placeholder: 'host:port' }),
    one('connector.type', 'Connector', () => components.connectors, { placeholder: 'http' }),
    one('dialer.type', 'Dialer', () => components.dialers, { placeholder: 'tcp' }),
    text('connector.auth.username', 'User'),
    secret('connector.auth.password', 'Password'),
  ];
}

/** [kind, one, many, what it is for] */
export const KINDS = [
  ['services', 'service', 'Services', 'What listens here and what it does with who comes.'],
  ['chains', 'chain', 'Chains', 'Ways out, hop by hop.'],
  ['hops', 'hop', 'Hops', 'Sets of nodes that chains share.'],
  ['bypasses', 'bypass', 'Bypasses', 'Targets that do not take the chain.'],
  ['admissions', 'admission', 'Admissions', 'Clients that are let in, or not.'],
  ['resolvers', 'resolver', 'Resolvers', 'Who is asked for names.'],
  ['hosts', 'host table', 'Hosts', 'Names with fixed addresses.'],
  ['ingresses', 'ingress', 'Ingresses', 'Host names that lead to tunnels.'],
  ['authers', 'user list', 'User lists', 'Users and their passwords.'],
  ['limiters', 'traffic limit', 'Traffic limits', 'Bytes per second.'],
  ['climiters', 'connection limit', 'Connection limits', 'Connections at the same time.'],
  ['rlimiters', 'rate limit', 'Rate limits', 'New connections or requests per second.'],
  ['quotas', 'quota', 'Quotas', 'Bytes in a period.'],
  ['routers', 'router', 'Routers', 'Routes of tunnels’ networks.'],
  ['observers', 'observer', 'Observers', 'Who is told what happens.'],
  ['recorders', 'recorder', 'Recorders', 'Where sessions are written down.'],
  ['sds', 'service discovery', 'Service discovery', 'Where agents are looked up.'],
  ['caches', 'cache', 'Caches', 'What is kept of answers.'],
];

export const kindOf = (kind) => KINDS.find(([k]) => k === kind) ?? [kind, kind, kind, ''];

export function get(object, path) {
  return path.split('.').reduce((o, key) => (o === null || o === undefined ? undefined : o[key]), object);
}

/** Sets a value; an empty one is taken away, with whatever becomes empty by that. */
export function set(object, path, value) {
  const keys = path.split('.');
  const way = [object];
  for (const key of keys.slice(0, -1)) {
    const o = way[way.length - 1];
    if (o[key] === null || typeof o[key] !== 'object') {
      if (value === undefined) return;
      o[key] = {};
    }
    way.push(o[key]);
  }
  const last = keys[keys.length - 1];
  if (value !== undefined) {
    way[way.length - 1][last] = value;
    return;
  }
  delete way[way.length - 1][last];
  for (let i = way.length - 1; i > 0 && Object.keys(way[i]).length === 0; i--) delete way[i - 1][keys[i - 1]];
}

/** What an object is about, in a line. */
export function summary(kind, o) {
  const n = (list, noun) => plural(list?.length ?? 0, noun);
  switch (kind) {
    case 'services':
      return [o.addr, [o.handler?.type ?? 'auto', o.listener?.type ?? 'tcp'].join(' over '), o.handler?.chain && `through ${o.handler.chain}`].filter(Boolean).join(', ');
    case 'chains':
      return (o.hops ?? []).map((hop) => (hop.nodes ?? []).map((node) => node.name ?? node.addr).join(' or ') || hop.name).join(' → ');
    case 'hops':
      return (o.nodes ?? []).map((node) => node.name ?? node.addr).join(', ');
    case 'authers':
      return n(o.auths, 'user');
    case 'hosts':
      return n(o.mappings, 'name');
    case 'ingresses':
      return n(o.rules, 'rule');
    case 'resolvers':
      return (o.nameservers ?? []).map((s) => s.addr).join(', ');
    case 'quotas':
      return [o.limit, o.period && `per ${o.period}`].filter(Boolean).join(' ');
    default:
      return (o.limits ?? o.matchers ?? []).slice(0, 4).join(', ') || Object.keys(o).filter((k) => k !== 'name').join(', ');
  }
}
