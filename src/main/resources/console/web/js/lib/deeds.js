/** What was done, in words. The API names an action by its command and tells what it was done to: `weigh`, `tcp :8000 home 7`. */

import { capital } from './format.js';
import { kindOf } from './fields.js';

/** `services fresh` as `the service fresh`. */
const object = (of) => {
  const [kind, ...name] = of.split(' ');
  return `the ${kindOf(kind)?.[1] ?? kind} ${name.join(' ')}`.trim();
};

const DEEDS = {
  login: (of) => `Log-in ${of}`,
  logout: () => 'Log-out',
  kick: (of) => `Kicked ${of}`,
  unban: (of) => `Let ${of} back`,
  disable: (of) => `Disabled ${of}`,
  enable: (of) => `Enabled ${of}`,
  disableService: (of) => `Disabled the service ${of}`,
  enableService: (of) => `Enabled the service ${of}`,
  weigh: (of) => of.replace(/^(.+) (\S+) (\d+)$/, 'Gave $2 the weight $3 at $1'),
  limit: (of) => of.replace(/^(.+) (\S+) (\S+)$/, (all, endpoint, most, least) => `Limited ${endpoint} to ${most.replace(/^0B$/, 'any')} from visitors, ${least.replace(/^0B$/, 'any')} to them`),
  close: (of) => `Closed connections: ${of}`,
  drain: () => 'Drained',
  undrain: () => 'Ended the drain',
  reload: () => 'Reloaded the configuration',
  logLevel: (of) => `Set the log level: ${of}`,
  certify: (of) => `Renewed the certificate of ${of}`,
  create: (of) => `Created ${object(of)}`,
  replace: (of) => `Changed ${object(of)}`,
  delete: (of) => `Deleted ${object(of)}`,
  apply: () => 'Applied a configuration',
  rollback: (of) => `Rolled back to ${of}`,
};

/** Of an event, or of a version of a configuration: {action, message, kind}. */
export function phrase(e) {
  const said = e.message || e.action || e.kind || '';
  const [first, ...rest] = said.split(' ');
  const deed = e.kind === undefined || e.kind === 'audit' ? Object.hasOwn(DEEDS, first) && DEEDS[first] : null;
  return deed ? deed(rest.join(' ')).trim() : capital(said);
}
