/**
 * The YAML that configurations are written in: block and flow collections, quoted and plain scalars, literal and folded blocks, comments. What is
 * beyond that (anchors, tags, several documents) is refused with its line; the member, which reads all of YAML, has the last word anyway.
 */

export class YamlError extends Error {
  constructor(line, message) {
    super(message);
    this.line = line;
  }
}

const PLAIN = /^[A-Za-z0-9_./$(][\w ./$%@()+=-]*$/;
const RESERVED = /^(true|false|yes|no|on|off|null|~|)$/i;
const NUMBER = /^[-+]?(0x[\da-f]+|0o?[0-7]+|(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?|\.inf|\.nan)$/i;

/** An object as YAML, two spaces a level. */
export function write(value) {
  return isEmpty(value) ? `${scalar(value)}\n` : `${block(value, '').replace(/^\n/, '')}\n`;
}

const isEmpty = (value) => value === null || typeof value !== 'object' || Object.keys(value).length === 0;

function block(value, indent) {
  if (Array.isArray(value)) {
    return value.map((item) => (isEmpty(item) ? `${indent}- ${scalar(item)}` : `${indent}- ${block(item, `${indent}  `).trimStart()}`)).join('\n');
  }
  return Object.entries(value).filter(([, v]) => v !== undefined).map(([key, v]) => {
    const name = `${indent}${scalar(key)}:`;
    if (isEmpty(v)) return `${name} ${scalar(v)}`;
    return `${name}\n${block(v, Array.isArray(v) ? indent : `${indent}  `)}`;
  }).join('\n');
}

function scalar(value) {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object') return '{}';
  if (typeof value !== 'string') return String(value);
  if (RESERVED.test(value) || NUMBER.test(value) || /^\d[\d:]*$/.test(value) || /^\d{4}-\d\d/.test(value)) return JSON.stringify(value);
  return PLAIN.test(value) && !value.endsWith(' ') ? value : JSON.stringify(value);
}

/** YAML as an object. */
export function read(text) {
  const lines = [];
  text.split(/\r?\n/).forEach((raw, i) => lines.push({ n: i + 1, raw, indent: /^ */.exec(raw)[0].length, text: raw.trim() }));
  const parser = new Parser(lines);
  return parser.document();
}

class Parser {
  constructor(lines) {
    this.lines = lines;
    this.at = 0;
  }

  document() {
    if (this.peek()?.text === '---') this.at++;
    const first = this.peek();
    if (!first) return {};
    const value = this.node(first.indent);
    const rest = this.peek();
    if (rest) throw new YamlError(rest.n, rest.text === '---' ? 'a second document' : 'indented as nothing before it');
    return value;
  }

  /** The next line that says something. */
  peek() {
    while (this.at < this.lines.length) {
      const line = this.lines[this.at];
      if (/^\t/.test(line.raw)) throw new YamlError(line.n, 'a tab where spaces are expected');
      if (line.text && !line.text.startsWith('#')) return line;
      this.at++;
    }
    return undefined;
  }

  node(indent) {
    const line = this.peek();
    if (line.text === '-' || line.text.startsWith('- ')) return this.sequence(indent);
    if (keyOf(line.text, line.n)) return this.mapping(indent);
    this.at++;
    return this.value(line.text, line, indent);
  }

  sequence(indent) {
    const out = [];
    for (let line = this.peek(); line && line.indent === indent && (line.text === '-' || line.text.startsWith('- ')); line = this.peek()) {
      const inside = stripComment(line.text.slice(1)).trim();
      if (!inside) {
        this.at++;
        const next = this.peek();
        out.push(next && next.indent > indent ? this.node(next.indent) : null);
      } else {
        // What stands behind the dash begins a node of its own, as if the dash were a space.
        const shift = line.raw.slice(indent + 1).search(/\S/) + 1;
        line.indent = indent + shift;
        line.text = line.raw.slice(line.indent).trim();
        out.push(this.node(line.indent));
      }
    }
    return out;
  }

  mapping(indent) {
    const out = {};
    for (let line = this.peek(); line && line.indent === indent; line = this.peek()) {
      const found = keyOf(line.text, line.n);
      if (!found) throw new YamlError(line.n, 'expected "key: value"');
      const [key, rest] = found;
      if (Object.hasOwn(out, key)) throw new YamlError(line.n, `"${key}" a second time`);
      this.at++;
      const inside = stripComment(rest).trim();
      if (inside) {
        out[key] = this.value(rest.trim(), line, indent);
      } else {
        const next = this.peek();
        const list = next && (next.text === '-' || next.text.startsWith('- '));
        out[key] = next && (next.indent > indent || (list && next.indent === indent)) ? this.node(next.indent) : null;
      }
    }
    const after = this.peek();
    if (after && after.indent > indent) throw new YamlError(after.n, 'indented deeper than what it belongs to');
    return out;
  }

  value(text, line, indent) {
    if (/^[|>]/.test(text)) return this.literal(text, line, indent);
    if (/^[&*!]/.test(text) && text.length > 1) throw new YamlError(line.n, 'anchors and tags can only be edited as YAML');
    let whole = text;
    // A flow collection or a quoted text may go over several lines.
    if (/^[[{"']/.test(text)) {
      while (!closed(whole) && this.at < this.lines.length) whole += ` ${this.lines[this.at++].text}`;
      const flow = new Flow(whole, line.n);
      const value = flow.value();
      flow.end();
      return value;
    }
    return plain(stripComment(whole).trim());
  }

  literal(head, line, indent) {
    const folded = head[0] === '>';
    const out = [];
    let own = null;
    while (this.at < this.lines.length) {
      const next = this.lines[this.at];
      if (next.raw.trim() && next.indent <= indent) break;
      own ??= next.raw.trim() ? next.indent : null;
      out.push(own === null ? '' : next.raw.slice(own));
      this.at++;
    }
    while (out.length && !out[out.length - 1]) out.pop();
    return out.join(folded ? ' ' : '\n') + (head.includes('-') ? '' : '\n');
  }
}

/** [key, what follows the colon], or nothing. */
function keyOf(text, line) {
  if (text.startsWith('"') || text.startsWith("'")) {
    const flow = new Flow(text, line);
    const key = flow.quoted();
    const rest = text.slice(flow.at);
    return /^\s*:(\s|$)/.test(rest) ? [key, rest.replace(/^\s*:/, '')] : null;
  }
  if (/^[[{#|>&*!?]/.test(text)) return null;
  const found = /^([^:#]*(?::\S[^:#]*)*?)\s*:(\s.*|)$/.exec(text);
  return found ? [found[1].trim(), found[2]] : null;
}

function stripComment(text) {
  if (/^\s*["']/.test(text)) return text;
  const at = text.search(/(^|\s)#/);
  return at < 0 ? text : text.slice(0, at);
}

function closed(text) {
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quote) {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '[' || c === '{') depth++;
    else if (c === ']' || c === '}') depth--;
  }
  return !quote && depth <= 0;
}

function plain(text) {
  if (/^(null|~|)$/i.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (/^[-+]?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  if (/^[-+]?(0|[1-9]\d*)?\.\d+(e[-+]?\d+)?$/i.test(text)) return Number(text);
  return text;
}

class Flow {
  constructor(text, line) {
    this.text = text;
    this.line = line;
    this.at = 0;
  }

  fail(message) {
    throw new YamlError(this.line, message);
  }

  skip() {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  end() {
    this.skip();
    if (this.at < this.text.length && this.text[this.at] !== '#') this.fail(`"${this.text.slice(this.at, this.at + 20)}" after the end of a value`);
  }

  value() {
    this.skip();
    const c = this.text[this.at];
    if (c === '[') return this.list();
    if (c === '{') return this.map();
    if (c === '"' || c === "'") return this.quoted();
    const found = /^[^,[\]{}]*?(?=\s*(,|\]|\}|$|:\s))/.exec(this.text.slice(this.at));
    const word = found ? found[0] : '';
    this.at += word.length;
    return plain(word.trim());
  }

  quoted() {
    const quote = this.text[this.at++];
    let out = '';
    for (; this.at < this.text.length; this.at++) {
      const c = this.text[this.at];
      if (quote === "'" && c === "'" && this.text[this.at + 1] === "'") {
        out += c;
        this.at++;
      } else if (c === quote) {
        this.at++;
        return out;
      } else if (c === '\\' && quote === '"') {
        const code = this.text[++this.at];
        const known = { n: '\n', t: '\t', r: '\r', '0': '\0', '"': '"', '\\': '\\', '/': '/', ' ': ' ' };
        const digits = { x: 2, u: 4, U: 8 }[code];
        if (digits) {
          out += String.fromCodePoint(Number.parseInt(this.text.slice(this.at + 1, this.at + 1 + digits), 16) || 0);
          this.at += digits;
        } else {
          out += known[code] ?? this.fail(`"\\${code}" means nothing`);
        }
      } else {
        out += c;
      }
    }
    return this.fail('a quotation mark that is never closed');
  }

  list() {
    const out = [];
    this.at++;
    for (;;) {
      this.skip();
      if (this.text[this.at] === ']') {
        this.at++;
        return out;
      }
      if (this.at >= this.text.length) this.fail('"[" is never closed');
      out.push(this.value());
      this.comma(']');
    }
  }

  map() {
    const out = {};
    this.at++;
    for (;;) {
      this.skip();
      if (this.text[this.at] === '}') {
        this.at++;
        return out;
      }
      if (this.at >= this.text.length) this.fail('"{" is never closed');
      const key = String(this.value());
      this.skip();
      if (this.text[this.at] !== ':') this.fail(`expected ":" after "${key}"`);
      this.at++;
      out[key] = this.value();
      this.comma('}');
    }
  }

  comma(end) {
    this.skip();
    if (this.text[this.at] === ',') this.at++;
    else if (this.text[this.at] !== end) this.fail(`expected "," or "${end}"`);
  }
}
