// SPDX-License-Identifier: MIT
// The contract as the judge of what is sent and what comes back: Ajv, never the service's own validator.
import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

let loaded;

export async function contract() {
  if (!loaded) {
    const reply = await fetch(`${process.env.SKILLSD_URL}/openapi.json`);
    assert.equal(reply.status, 200);
    loaded = new Contract(await reply.json());
  }
  return loaded;
}

const pointer = (...keys) => keys.map((key) => '/' + String(key).replaceAll('~', '~0').replaceAll('/', '~1')).join('');

class Contract {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'contract');
    this.operations = [];
    for (const [path, item] of Object.entries(document.paths))
      for (const [method, definition] of Object.entries(item))
        this.operations.push({
          id: definition.operationId,
          method: method.toUpperCase(),
          path,
          pattern: new RegExp('^' + path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+') + '$'),
          definition,
          pointer: pointer('paths', path, method),
        });
  }

  // The operation of a request; a literal path wins over one with braces.
  find(method, target) {
    const path = target.split('?')[0];
    return this.operations
      .filter((operation) => operation.pattern.test(path) && operation.method === (method === 'HEAD' ? 'GET' : method))
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  }

  validate(schemaPointer, value, what) {
    const validate = this.ajv.getSchema('contract#' + schemaPointer) ?? this.ajv.compile({ $ref: 'contract#' + schemaPointer });
    assert.ok(validate(value), `${what} breaks the contract: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(value)?.slice(0, 2000)}`);
  }

  resolve(value, at) {
    return value?.$ref ? [this.at(value.$ref.slice(1)), value.$ref.slice(1)] : [value, at];
  }

  at(place) {
    return place.split('/').slice(1).reduce((value, key) => value[key.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
  }

  checkRequest(operation, contentType, body) {
    const content = operation.definition.requestBody?.content;
    if (body === undefined || !content) return;
    assert.ok(content[contentType], `${operation.id} does not take ${contentType}`);
    this.validate(operation.pointer + pointer('requestBody', 'content', contentType, 'schema'), body, `the body of ${operation.id}`);
  }

  checkResponse(operation, status, headers, text, method) {
    const responses = operation.definition.responses;
    const key = responses[status] ? String(status) : 'default';
    assert.ok(key !== 'default' || status >= 400, `${operation.id} answers ${status}, which the contract does not list`);
    const [response, place] = this.resolve(responses[key], operation.pointer + pointer('responses', key));
    if (!response.content || method === 'HEAD' || status === 304) {
      assert.equal(text, '', `${operation.id} ${status} has a body`);
      return;
    }
    const type = headers.get('content-type')?.split(';')[0];
    assert.ok(response.content[type], `${operation.id} ${status} is ${type}, which the contract does not list`);
    if (type.endsWith('json')) this.validate(place + pointer('content', type, 'schema'), JSON.parse(text), `${operation.id} ${status}`);
  }
}
