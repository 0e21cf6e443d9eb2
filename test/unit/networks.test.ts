import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileNetworks } from '../../src/management/networks.ts';

const networksOf = compileNetworks([
  { id: 'office', cidrs: ['203.0.113.0/24', '2001:db8:1::/48'], trusted: true },
  { id: 'floor', cidrs: ['203.0.113.64/26', '203.0.113.0/25'], trusted: false },
  { id: 'abroad', cidrs: ['198.51.100.7/32'], trusted: false },
]);

test('an address is in every network that holds it, once, and trusted when one of them is', () => {
  assert.deepEqual(networksOf('203.0.113.70'), { names: ['office', 'floor'], trusted: true });
  assert.deepEqual(networksOf('203.0.113.200'), { names: ['office'], trusted: true });
  assert.deepEqual(networksOf('198.51.100.7'), { names: ['abroad'], trusted: false });
  assert.deepEqual(networksOf('2001:db8:1::5'), { names: ['office'], trusted: true });
});

test('an IPv4 address in the clothes of IPv6 is the same address (RFC 4291 section 2.5.5.2)', () => {
  assert.deepEqual(networksOf('::ffff:203.0.113.200'), { names: ['office'], trusted: true });
});

test('an address elsewhere, or what is no address, is in none', () => {
  for (const ip of ['198.51.100.8', '2001:db8:2::1', 'nonsense', '']) {
    assert.deepEqual(networksOf(ip), { names: [], trusted: false }, ip);
  }
});
