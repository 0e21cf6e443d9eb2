import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createClientAddress } from '../../src/web/client-ip.ts';
import { formsMayReach } from '../../src/web/headers.ts';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test('X-Forwarded-For counts only as far as trusted proxies wrote it', () => {
  const read = createClientAddress({ trustedProxies: ['10.0.0.0/8', '2001:db8::/32'] });
  assert.equal(read(request('203.0.113.9', '1.2.3.4')).ip, '203.0.113.9');
  assert.equal(read(request('10.1.1.1', '1.2.3.4')).ip, '1.2.3.4');
  assert.equal(read(request('10.1.1.1', '9.9.9.9, 1.2.3.4')).ip, '1.2.3.4');
  assert.equal(read(request('10.1.1.1', '1.2.3.4, 10.2.2.2')).ip, '1.2.3.4');
  assert.equal(read(request('10.1.1.1', 'nonsense')).ip, '10.1.1.1');
  assert.equal(read(request('::ffff:10.1.1.1', '1.2.3.4')).ip, '1.2.3.4');
  assert.equal(createClientAddress({ trustedProxies: [] })(request('10.1.1.1', '1.2.3.4')).ip, '10.1.1.1');
});

test('people with IPv6 are counted by their /64', () => {
  const read = createClientAddress({ trustedProxies: [] });
  assert.equal(read(request('2001:db8:1:2:3:4:5:6')).network, read(request('2001:db8:1:2:ffff::1')).network);
  assert.notEqual(read(request('2001:db8:1:2::1')).network, read(request('2001:db8:1:3::1')).network);
  assert.equal(read(request('198.51.100.7')).network, '198.51.100.7');
});

test('forms may lead to the app by its origin or its own scheme, and no address can smuggle a directive in', () => {
  const policyFor = (...uris: string[]) => {
    let value = '';
    formsMayReach({ set: (_name: string, text: string) => (value = text) } as never, uris);
    return value.split('form-action ')[1];
  };
  assert.equal(policyFor('https://app.example/callback?x=1'), "'self' https://app.example");
  assert.equal(policyFor('com.example.app:/callback'), "'self' com.example.app:");
  assert.equal(policyFor("https://a.example;script-src 'unsafe-inline'/x"), "'self'");
  assert.equal(policyFor(), "'self'");
});

test('a bot check of somebody else may load what it needs, on its own pages, and everything else stays as strict', () => {
  const policyFor = (check?: string) => {
    let value = '';
    formsMayReach({ set: (_name: string, text: string) => (value = text) } as never, [], check);
    return new Map(value.split('; ').map((directive) => [directive.split(' ', 1)[0], directive]));
  };
  const strict = policyFor();
  assert.deepEqual(policyFor('altcha'), strict);
  const theirs = policyFor('hcaptcha');
  const different = [...theirs.keys()].filter((name) => theirs.get(name) !== strict.get(name));
  assert.deepEqual(different.sort(), ['connect-src', 'frame-src', 'script-src', 'style-src']);
  assert.equal(theirs.get('script-src'), "script-src 'self' https://hcaptcha.com https://*.hcaptcha.com");
  assert.equal(strict.get('frame-src'), undefined, 'no frames at all otherwise');
});
