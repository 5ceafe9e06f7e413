/** Requests to the member that served this page. Every failure is an `ApiError` with a message for people and what each member said. */

import { plural } from './format.js';

export class ApiError extends Error {
  constructor(status, message, results = []) {
    super(message);
    this.status = status;
    this.results = results;
  }

  /** What was found wrong in a document, over all members, each once. */
  get problems() {
    const seen = new Map();
    for (const result of this.results) {
      for (const problem of result.problems ?? []) seen.set(`${problem.path} ${problem.message}`, problem);
    }
    return [...seen.values()];
  }
}

let csrf = '';
let loggedOut = () => {};

/** @param handler called when the member no longer knows who we are */
export function onLoggedOut(handler) {
  loggedOut = handler;
}

export function remember(session) {
  csrf = session?.csrf ?? '';
}

async function send(method, path, { query, body, type, timeout = 15000, signal, quiet } = {}) {
  const url = query ? `${path}?${search(query)}` : path;
  const headers = {};
  if (method !== 'GET') {
    headers['X-CSRF-Token'] = csrf;
    headers['X-Request-Id'] = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  }
  if (body !== undefined) headers['Content-Type'] = type ?? 'application/json';
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeout);
  signal?.addEventListener('abort', () => limit.abort());
  let response;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : type ? body : JSON.stringify(body),
      signal: limit.signal,
      credentials: 'same-origin',
    });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new ApiError(0, limit.signal.aborted ? `This member did not answer within ${timeout / 1000} s.` : 'This member does not answer.');
  } finally {
    clearTimeout(timer);
  }
  const text = await response.text();
  const data = parse(text, response.headers.get('content-type'));
  if (response.ok) return data;
  if (response.status === 401 && !quiet) loggedOut();
  throw new ApiError(response.status, sentence(data?.error ?? data?.msg ?? reason(response)), data?.results);
}

function reason(response) {
  if (response.status === 403) return 'your role does not allow this';
  if (response.status === 429) return `too many attempts; try again in ${response.headers.get('retry-after') ?? 'a few'} s`;
  return `the member answered ${response.status}`;
}

function parse(text, type) {
  if (!type?.includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The server's messages begin in lower case and have no full stop. */
export function sentence(message) {
  const text = String(message ?? '').trim();
  return text && text[0].toUpperCase() + text.slice(1) + (/[.!?)]$/.test(text) ? '' : '.');
}

export function search(query) {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(key, one);
  }
  return params.toString();
}

const id = encodeURIComponent;

export const api = {
  get: (path, query, more) => send('GET', `cluster/${path}`, { query, ...more }),
  whoami: () => send('GET', 'cluster/session', { quiet: true }),
  login: (user, password) => send('POST', 'cluster/session', { body: { user, password }, quiet: true }),
  logout: () => send('DELETE', 'cluster/session', { quiet: true }),
  drain: (member, grace) => send('POST', `cluster/members/${id(member)}/drain`, { body: grace ? { grace } : {} }),
  undrain: (member) => send('POST', `cluster/members/${id(member)}/undrain`, { body: {} }),
  reload: (member) => send('POST', 'cluster/reload', { query: { member }, body: {} }),
  logLevel: (member, level, logger) => send('PUT', 'cluster/log-level', { query: { member }, body: logger ? { level, logger } : { level } }),
  kick: (agent, time) => send('POST', `cluster/agents/${id(agent)}/kick`, { body: { for: time } }),
  unban: (agent) => send('DELETE', `cluster/bans/${id(agent)}`),
  disable: (endpoint) => send('POST', `cluster/endpoints/${id(endpoint)}/disable`, { body: {} }),
  enable: (endpoint) => send('POST', `cluster/endpoints/${id(endpoint)}/enable`, { body: {} }),
  disableService: (service, member) => send('POST', `cluster/services/${id(service)}/disable`, { query: { member }, body: {} }),
  enableService: (service, member) => send('POST', `cluster/services/${id(service)}/enable`, { query: { member }, body: {} }),
  certify: (use, certificate, key, member) => send('PUT', `cluster/certificates/${id(use)}`, { query: { member }, body: { certificate, key } }),
  weigh: (endpoint, agent, weight) => send('PUT', `cluster/endpoints/${id(endpoint)}/weight`, { body: { agent, weight } }),
  limit: (endpoint, most) => send('PUT', `cluster/endpoints/${id(endpoint)}/limit`, { body: most }),
  closeOne: (sid) => send('DELETE', `cluster/connections/${id(sid)}`),
  closeMatching: (which) => send('POST', 'cluster/connections/close', { body: which }),
  objects: (kind, member) => send('GET', `cluster/config/${id(kind)}`, { query: { member } }),
  object: (kind, name, member, format) => send('GET', `cluster/config/${id(kind)}/${id(name)}`, { query: { member, format } }),
  config: (member, format) => send('GET', 'cluster/config', { query: { member, format } }),
  applyConfig: (yaml, member) => send('PUT', 'cluster/config', { query: { member }, body: yaml, type: 'application/yaml' }),
  validate: (yaml, kind, member, signal) =>
    send('POST', 'cluster/config/validate', { query: { kind, member }, body: yaml, type: 'application/yaml', signal }),
  diff: (yaml, kind, member) => send('POST', 'cluster/config/diff', { query: { kind, member }, body: yaml, type: 'application/yaml' }),
  create: (kind, yaml, member) => send('POST', `cluster/config/${id(kind)}`, { query: { member }, body: yaml, type: 'application/yaml' }),
  replace: (kind, name, yaml, member) =>
    send('PUT', `cluster/config/${id(kind)}/${id(name)}`, { query: { member }, body: yaml, type: 'application/yaml' }),
  remove: (kind, name, member) => send('DELETE', `cluster/config/${id(kind)}/${id(name)}`, { query: { member } }),
  history: (member) => send('GET', 'cluster/config/history', { query: { member } }),
  version: (version, member) => send('GET', `cluster/config/history/${version}`, { query: { member, format: 'yaml' } }),
  rollback: (version, member) => send('POST', `cluster/config/history/${version}/rollback`, { query: { member }, body: {} }),
};

/** One line about what each member made of a command. */
export function outcome(answer, did) {
  const results = answer?.results ?? [];
  const by = (name) => results.filter((r) => r.outcome === name).map((r) => r.member);
  const failed = results.filter((r) => r.outcome === 'refused' || r.outcome === 'invalid');
  const parts = [did];
  if (by('stale').length) parts.push(`${by('stale').join(', ')} did not answer.`);
  for (const result of failed) parts.push(`${result.member}: ${sentence(result.detail ?? result.problems?.[0]?.message ?? result.outcome)}`);
  return { text: parts.join(' '), partial: failed.length > 0 || by('stale').length > 0 };
}

/** How many connections all members have closed. */
export function closed(answer) {
  return `Closed ${plural((answer.results ?? []).reduce((sum, r) => sum + (r.count ?? 0), 0), 'connection')}.`;
}
