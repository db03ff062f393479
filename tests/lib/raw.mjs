// SPDX-License-Identifier: MIT
// Sends bytes as they are and reads what comes back, without a client that would mend or refuse them.
import assert from 'node:assert/strict';
import net from 'node:net';

const { hostname, port } = new URL(process.env.SKILLSD_URL);

// One reply at the head of `text` (latin1): [reply, what is behind it].
function readReply(text, method) {
  const end = text.indexOf('\r\n\r\n');
  assert.ok(end >= 0, `no whole reply: ${JSON.stringify(text.slice(0, 200))}`);
  const [line, ...fields] = text.slice(0, end).split('\r\n');
  const status = Number(line.match(/^HTTP\/1\.[01] (\d{3}) /)?.[1]);
  assert.ok(status, `not a status line: ${line}`);
  const headers = {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    const name = field.slice(0, colon).toLowerCase();
    assert.ok(!(name in headers), `${name} stands twice in a reply`);
    headers[name] = field.slice(colon + 1).trim();
  }
  const bodiless = method === 'HEAD' || status === 204 || status === 304 || status < 200;
  const length = bodiless ? 0 : Number(headers['content-length']);
  const start = end + 4;
  assert.ok(text.length >= start + length, 'a reply is cut');
  const body = Buffer.from(text.slice(start, start + length), 'latin1').toString();
  const json = /json/.test(headers['content-type'] ?? '') && body ? JSON.parse(body) : undefined;
  return [{ status, headers, body, json }, text.slice(start + length)];
}

// Sends the pieces one after the other (a number waits so many milliseconds), and gives all replies once the service has ended the connection.
// `methods` of the requests, where one is HEAD.
export async function exchange(pieces, { methods = [], seconds = 10 } = {}) {
  const socket = net.connect(Number(port), hostname);
  let text = '';
  const ended = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the connection is open after ${seconds} s; so far: ${JSON.stringify(text.slice(0, 300))}`)), seconds * 1000);
    const settle = (act) => (clearTimeout(timer), act());
    socket.setEncoding('latin1').on('data', (piece) => (text += piece));
    socket.on('end', () => settle(resolve)).on('close', () => settle(resolve));
    socket.on('error', (error) => settle(() => (text ? resolve() : reject(error))));
  });
  try {
    for (const piece of [pieces].flat()) {
      if (typeof piece === 'number') await new Promise((resolve) => setTimeout(resolve, piece));
      else if (!socket.destroyed) socket.write(piece, 'latin1');
    }
    await ended;
  } finally {
    socket.destroy();
  }
  const replies = [];
  while (text) {
    const [reply, rest] = readReply(text, methods[replies.length]);
    replies.push(reply);
    text = rest;
  }
  return replies;
}

// The head of a request: lines joined, ended by an empty one.
export const head = (...lines) => lines.join('\r\n') + '\r\n\r\n';

// Every error has one form.
export function checkProblem(reply, status) {
  assert.equal(reply.status, status, reply.body);
  assert.equal(reply.headers['content-type'], 'application/problem+json');
  assert.ok(reply.headers['x-request-id']);
  assert.equal(reply.json.status, status);
  assert.equal(reply.json.request_id, reply.headers['x-request-id']);
  for (const member of ['type', 'title', 'detail']) assert.ok(typeof reply.json[member] === 'string' && reply.json[member], member);
}

// One request that is answered by this problem, after which the connection is closed.
export async function refused(status, pieces) {
  const replies = await exchange(pieces);
  assert.equal(replies.length, 1, `${replies.length} replies: ${replies.map((reply) => reply.status)}`);
  checkProblem(replies[0], status);
  assert.equal(replies[0].headers.connection, 'close');
  return replies[0];
}
