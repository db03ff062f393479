// SPDX-License-Identifier: MIT
// `oidc-provider`, which nobody here wrote, on loopback: its keys are changed while it runs, and it can be gone for a while.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { Provider as OpenIdProvider } from 'oidc-provider';

const resource = 'https://skills-ledger.invalid/v1';
const redirect = 'http://127.0.0.1/callback';
const secret = randomBytes(16).toString('hex');

export class Provider {
  // `claims` gives what a token says beyond the usual: claims({sub, client}).
  constructor({ keys, claims = () => ({}) }) {
    Object.assign(this, { keys, claims, server: http.createServer((request, response) => this.callback(request, response)) });
  }

  async start(port = 0) {
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}`;
    this.rotate(this.keys);
    return this;
  }

  // Signs with the first of the keys from now on, and publishes all of them.
  rotate(keys) {
    this.keys = keys;
    const provider = new OpenIdProvider(this.url, this.configuration());
    this.callback = provider.callback();
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  configuration() {
    const scopes = 'record:read record:write workforce:read team:read reports:organisation reports:national administration';
    const resourceServer = { scope: scopes, audience: 'skillsd', accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: this.keys[0].alg } } };
    return {
      clients: [
        { client_id: 'system', client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [], id_token_signed_response_alg: this.keys[0].alg },
        { client_id: 'pages', token_endpoint_auth_method: 'none', application_type: 'native', redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'], id_token_signed_response_alg: this.keys[0].alg },
      ],
      jwks: { keys: this.keys.map((key) => ({ ...key.private.export({ format: 'jwk' }), kid: key.kid, alg: key.alg, use: 'sig' })) },
      cookies: { keys: [secret] },
      scopes: ['openid', ...scopes.split(' ')],
      ttl: { AccessToken: 600, ClientCredentials: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      extraTokenClaims: (context, token) => this.claims({ sub: token.accountId, client: token.clientId }),
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: true },
        resourceIndicators: { enabled: true, getResourceServerInfo: () => resourceServer, useGrantedResource: () => true },
      },
    };
  }

  async ask(path, form) {
    const reply = await fetch(this.url + path, { method: 'POST', body: new URLSearchParams(form) });
    const json = await reply.json();
    assert.equal(reply.status, 200, JSON.stringify(json));
    return json;
  }

  // A system's own token (client credentials).
  async systemToken(scope) {
    const form = { grant_type: 'client_credentials', client_id: 'system', client_secret: secret, resource, scope };
    return (await this.ask('/token', form)).access_token;
  }

  // Somebody's token as a browser gets it: authorization code with PKCE, the forms of login and consent filled in.
  async personToken(login, scope) {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: 'pages', response_type: 'code', redirect_uri: redirect, scope: `openid ${scope}`, resource, state: 's',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
    });
    const back = await new Browser(this.url).walk(`/auth?${query}`, redirect, { login, password: 'any' });
    const code = back.searchParams.get('code');
    assert.ok(code, `no code: ${back}`);
    const form = { grant_type: 'authorization_code', client_id: 'pages', code, code_verifier: verifier, redirect_uri: redirect, resource };
    return (await this.ask('/token', form)).access_token;
  }
}

// Follows redirects with cookies, and sends each form with its hidden fields and what a person would type.
class Browser {
  constructor(base) {
    Object.assign(this, { base, cookies: new Map() });
  }

  async get(url, form) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await fetch(url, { method: form ? 'POST' : 'GET', body: form, redirect: 'manual', headers: { cookie } });
    for (const line of reply.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return reply;
  }

  async walk(path, end, typed) {
    let url = new URL(path, this.base);
    let form;
    for (let step = 0; step < 12; step++) {
      const reply = await this.get(url, form);
      form = undefined;
      if (reply.headers.has('location')) {
        url = new URL(reply.headers.get('location'), url);
        if (url.href.startsWith(end)) return url;
        continue;
      }
      const page = await reply.text();
      const action = page.match(/<form[^>]* action="([^"]+)"/)?.[1];
      assert.ok(action, `no form in the answer ${reply.status} of ${url}: ${page.slice(0, 500)}`);
      form = new URLSearchParams();
      for (const [input] of page.matchAll(/<input[^>]*>/g)) {
        const name = input.match(/name="([^"]+)"/)?.[1];
        if (name) form.set(name, typed[name] ?? input.match(/value="([^"]*)"/)?.[1] ?? '');
      }
      url = new URL(action, url);
    }
    throw new Error('the walk does not end');
  }
}
