// What the drivers in this language share: what they are told, what they ask for, and what they claim.

import assert from 'node:assert/strict';
import readline from 'node:readline';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** What the test tells: the issuer, clients with their secrets, and what they may ask for. */
export const told = JSON.parse(process.env.LATCHKEY_TOLD);

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Asks whoever sits before the browser to do something; gives the answer. */
export async function ask(question) {
  console.log(JSON.stringify(question));
  const { value, done } = await lines.next();
  assert.ok(!done, 'the test has gone away');
  return value;
}

/** Says that something works. */
export function works(what) {
  console.log(JSON.stringify({ works: what }));
}

/** Checks an access token offline, as a resource server does (RFC 9068 §4). */
export async function verify(token, server, subject) {
  const keys = createRemoteJWKSet(new URL(server.jwks_uri));
  const checks = { issuer: told.issuer, audience: told.issuer, typ: 'at+jwt', algorithms: ['EdDSA'] };
  const { payload } = await jwtVerify(token, keys, checks);
  for (const claim of ['sub', 'exp', 'iat', 'jti', 'client_id', 'sid']) assert.ok(payload[claim], `the claim ${claim}`);
  assert.equal(payload.client_id, subject);
  await assert.rejects(jwtVerify(token.slice(0, -6) + 'AAAAAA', keys, checks));
  await assert.rejects(jwtVerify(token, keys, { ...checks, audience: 'https://elsewhere.example' }));
  return payload;
}

/** Runs a driver: whatever it does not expect ends it with its reason. */
export async function run(driver) {
  try {
    await driver();
    process.exit(0);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
