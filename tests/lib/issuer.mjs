// SPDX-License-Identifier: MIT
// An issuer made by hand: it publishes what a test tells it to, and signs whatever it is asked to, right or wrong.
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import http from 'node:http';

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

// A key pair: {kid, alg, private, public: JWK}.
export function makeKey(alg = 'ES256', kid = randomBytes(6).toString('hex')) {
  const pair = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, alg, private: pair.privateKey, public: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

const signature = (input, { alg, key }) =>
  alg.startsWith('HS')
    ? createHmac('sha256', key).update(input).digest('base64url')
    : sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');

// A compact JWS of a header and claims, signed with a key of makeKey.
export function signed(key, header, claims) {
  const whole = { alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header };
  const input = `${encode(whole)}.${encode(claims)}`;
  return `${input}.${signature(input, { alg: key.alg, key: key.private })}`;
}

export const hmac = (secret, header, claims) => {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signature(input, { alg: 'HS256', key: secret })}`;
};

export const unsigned = (header, claims) => `${encode(header)}.${encode(claims)}.`;

// Serves discovery and keys on loopback; `answers` of a path replaces what is said there: {status, headers, body} or a function of the response.
export class Issuer {
  constructor(...keys) {
    this.keys = keys;
    this.answers = {};
    this.asked = [];
    this.server = http.createServer((request, response) => this.answer(request, response));
  }

  async start(port = 0) {
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  document(path) {
    if (path === '/.well-known/openid-configuration') return { issuer: this.url, jwks_uri: `${this.url}/jwks` };
    if (path === '/jwks') return { keys: this.keys.map((key) => key.public ?? key) };
    return null;
  }

  answer(request, response) {
    this.asked.push({ path: request.url, at: Date.now(), headers: request.headers });
    const answer = this.answers[request.url];
    if (typeof answer === 'function') return answer(response);
    const document = this.document(request.url);
    const status = answer?.status ?? (document ? 200 : 404);
    response.writeHead(status, { 'content-type': 'application/json', ...answer?.headers });
    response.end(answer?.body ?? JSON.stringify(document));
  }

  claims(more = {}) {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.url, aud: 'skillsd', sub: 'p-1', iat: now, exp: now + 600, scope: 'record:read', client_id: 'test', ...more };
  }

  // A good token, unless the changes make it another.
  token({ key = this.keys[0], header = {}, claims = {} } = {}) {
    return signed(key, header, this.claims(claims));
  }
}
