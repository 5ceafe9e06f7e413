/** Figures and times as people read them. What is not known is a dash, never a zero. */

export const DASH = '–';

/** Of a time as the API writes it, or of milliseconds. */
const instant = (time) => (typeof time === 'number' ? time : Date.parse(time ?? ''));

const known = (n) => typeof n === 'number' && Number.isFinite(n);

/** Three digits and a unit: `1.24 MB`. */
export function bytes(n) {
  return scaled(n, ['B', 'KB', 'MB', 'GB', 'TB', 'PB']);
}

/** A rate as limits are written, `512KB`: powers of 1024, and exact. */
export function limit(n) {
  if (!known(n) || n === 0) return '0';
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = n;
  while (value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${units[unit]}`;
}

/** Bytes per second shown as bits per second, which is what links are sold in. */
export function rate(n) {
  return known(n) ? scaled(n * 8, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']) : DASH;
}

function scaled(n, units) {
  if (!known(n)) return DASH;
  let unit = 0;
  let value = n;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${digits(value, unit === 0)} ${units[unit]}`;
}

function digits(value, whole) {
  if (whole || value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

export function count(n) {
  return known(n) ? Math.round(n).toLocaleString('en-GB').replaceAll(',', '\u202f') : DASH;
}

/** Of events per second. */
export function perSecond(n) {
  return known(n) ? `${n >= 10 || n === 0 ? n.toFixed(0) : n.toFixed(1)}/s` : DASH;
}

export function percent(share) {
  return known(share) ? `${Math.round(share * 100)}\u202f%` : DASH;
}

export function millis(n) {
  return known(n) ? `${n >= 10 ? Math.round(n) : Math.round(n * 10) / 10} ms` : DASH;
}

/** Two units at most: `3d 4h`, `12m 5s`. */
export function duration(seconds) {
  if (!known(seconds)) return DASH;
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`;
  if (s < 86400) return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`;
  return `${Math.floor(s / 86400)}d ${Math.floor((s % 86400) / 3600)}h`;
}

/** How long ago, by the clock of the member that answered. */
export function ago(time, now = Date.now()) {
  const t = instant(time);
  if (Number.isNaN(t)) return DASH;
  const s = Math.max(0, Math.round((now - t) / 1000));
  return s < 2 ? 'now' : `${duration(s).split(' ')[0]} ago`;
}

export function age(time, now = Date.now()) {
  const t = instant(time);
  return Number.isNaN(t) ? DASH : duration((now - t) / 1000);
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dateFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const shortFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

function formatted(format, time) {
  const t = instant(time);
  return Number.isNaN(t) ? DASH : format.format(t);
}

export const clock = (time) => formatted(clockFormat, time);
export const date = (time) => formatted(dateFormat, time);

/** A time of day, with the day when it is not today's. */
export function moment(time) {
  const t = instant(time);
  if (Number.isNaN(t)) return DASH;
  const sameDay = new Date(t).toDateString() === new Date().toDateString();
  return sameDay ? clockFormat.format(t) : `${shortFormat.format(t)} ${clockFormat.format(t)}`;
}

/** The members' messages begin in lower case; a name at the beginning stays as it is. */
export function capital(text) {
  return /^[a-z]+( |$)/.test(text ?? '') ? text[0].toUpperCase() + text.slice(1) : (text ?? '');
}

export function plural(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A value of a log line: a duration as it is written there, `PT1M30S`, as people say it. */
export function spoken(value) {
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?$/.exec(value);
  return parts && value !== 'PT' ? duration(Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0)) : value;
}

/** Whether it is the name of an endpoint, and not of a service. */
export const isEndpoint = (name) => /^(tcp|udp|tunnel|unix|serial) /.test(name ?? '');

/** A tunnel's UUID by its beginning; everything else as it is. */
export function endpointName(id) {
  const [network, ...rest] = String(id).split(' ');
  const name = rest.join(' ');
  return network === 'tunnel' && name.length > 13 ? `${name.slice(0, 8)}…${name.slice(-4)}` : name;
}
