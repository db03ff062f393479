// SPDX-License-Identifier: MIT
// Certificates made for a test, and clients that speak TLS to a service.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import tls from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';

// Certificate and key in a folder, named after the common name: {certificate, key, ca, settings}.
export function makeCertificate(folder, name, { days = 30, kind = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] } = {}) {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', String(days)];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-newkey', ...kind, '-keyout', key, '-out', certificate, ...subject], { stdio: 'pipe' });
  return { certificate, key, ca: readFileSync(certificate), settings: { SKILLSD_TLS_CERTIFICATE: certificate, SKILLSD_TLS_KEY: key } };
}

const place = (service) => {
  const [host, port] = service.address.split(':');
  return { host, port: Number(port) };
};

// A TLS connection after its handshake.
export function connect(service, options) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ ...place(service), ...options }, () => resolve(socket));
    socket.on('error', reject);
  });
}

// Sends the pieces (a number waits so many milliseconds) and gives what came until the end: {text, error}. An end without close_notify is an error to
// whoever reads HTTP/1.0; node does not tell, so `openssl s_client` is asked where that matters.
export async function converse(socket, pieces, seconds = 10) {
  let text = '';
  socket.setEncoding('latin1').on('data', (piece) => (text += piece));
  const ended = new Promise((resolve) => {
    socket.on('error', (error) => resolve(error)).on('close', () => resolve());
    socket.resume();
  });
  for (const piece of [pieces].flat()) {
    if (typeof piece === 'number') await sleep(piece);
    else if (!socket.destroyed) socket.write(piece, 'latin1');
  }
  const timer = setTimeout(() => socket.destroy(new Error(`the connection is open after ${seconds} s`)), seconds * 1000);
  const error = await ended;
  clearTimeout(timer);
  return { text, error };
}

// One request: {status, headers, text, json, name of the certificate}. With an agent, over a kept connection.
export function askSecurely(service, target, { headers = {}, ca, agent = false, method = 'GET', body } = {}) {
  return new Promise((resolve, reject) => {
    const request = https.request({ ...place(service), path: target, method, headers, ca, agent, timeout: 20_000 }, (reply) => {
      const name = reply.socket.getPeerCertificate().subject?.CN;
      let text = '';
      reply.setEncoding('utf8').on('data', (piece) => (text += piece));
      reply.on('error', reject);
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, text, name }));
    });
    request.on('timeout', () => request.destroy(new Error('no reply within 20 s')));
    request.on('error', reject);
    request.end(body);
  });
}
