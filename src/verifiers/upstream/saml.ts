import { randomBytes } from 'node:crypto';
import type { SamlConfig } from '@node-saml/node-saml';
import { digest, epochSeconds } from '../../base/index.ts';
import { readClaims } from './claims.ts';
import type { UpstreamProvider } from './provider.ts';
import { judged, Unbelieved } from './refusal.ts';
import { checkAssertion, readAssertion } from './saml-assertion.ts';
import { messageIn, parseXml } from './saml-message.ts';
import { createMetadataSource, type IdpMetadata } from './saml-metadata.ts';
import type { Upstream } from './upstream.ts';
import type { UpstreamsNeeds } from './upstreams.ts';

/** Characters, in base64: a response with its signatures and certificates is a tenth of it. */
const LONGEST = 250_000;

/**
 * SAML 2.0, web browser SSO: sent by redirect, answered by a form. The answer has to be one to our question, and both it and
 * its assertion signed with a key of the metadata. What it says is looked at by us; the signatures are node-saml's to check.
 */
export function samlUpstream(
  provider: UpstreamProvider,
  { fetch, callback, clock, claimOnce }: UpstreamsNeeds,
): Upstream {
  const entityId = new URL('saml', callback).href;
  const source = createMetadataSource({ metadata: provider.metadata, url: provider.metadata_url, fetch, clock });

  async function engine({ certificates, signOnUrl, entityId: idpIssuer }: IdpMetadata, more: Partial<SamlConfig>) {
    const { SAML } = await import('@node-saml/node-saml');
    return new SAML({
      ...{
        callbackUrl: callback,
        issuer: entityId,
        audience: entityId,
        entryPoint: signOnUrl,
        idpCert: certificates,
        idpIssuer,
      },
      ...{ wantAuthnResponseSigned: true, wantAssertionsSigned: true, acceptedClockSkewMs: 60_000 },
      ...{ identifierFormat: null, disableRequestedAuthnContext: true, ...more },
    });
  }

  async function checkSignatures(idp: IdpMetadata, response: string): Promise<void> {
    const saml = await engine(idp, {});
    try {
      await saml.validatePostResponseAsync({ SAMLResponse: response });
    } catch (error) {
      throw new Unbelieved('signature_invalid', (error as Error).message);
    }
  }

  return {
    depart: ({ state, fresh }) =>
      judged(async (signal) => {
        const idp = await source(signal);
        const requestId = `_${randomBytes(20).toString('hex')}`;
        const saml = await engine(idp, { generateUniqueId: () => requestId, forceAuthn: fresh });
        return { url: await saml.getAuthorizeUrlAsync(state, undefined, {}), remember: { state, requestId, fresh } };
      }),

    arrive: ({ SAMLResponse: response = '', RelayState }, { state, requestId, fresh }) =>
      judged(async (signal) => {
        if (RelayState !== state) throw new Unbelieved('state_mismatch');
        if (response === '') throw new Unbelieved('response_missing');
        if (response.length > LONGEST) throw new Unbelieved('response_invalid', 'too long');
        const idp = await source(signal);
        const message = messageIn(await parseXml(Buffer.from(response, 'base64').toString('utf8')));
        const now = epochSeconds(clock);
        checkAssertion(message, {
          issuer: idp.entityId,
          audience: entityId,
          callback,
          requestId: String(requestId),
          now,
        });
        await checkSignatures(idp, response);
        const { id, endsAt, subject, attributes, acr, authTime, sid } = readAssertion(message);
        if (fresh === true && !(authTime !== undefined && authTime > now - 300)) throw new Unbelieved('not_fresh');
        const name = digest(`saml:${idp.entityId}:${id}`).toString('hex');
        if (!(await claimOnce(name, endsAt))) throw new Unbelieved('replayed');
        const claims = readClaims(attributes, { ...usual(attributes), ...provider.claims });
        const identity = {
          issuer: idp.entityId,
          subject,
          claims: { ...claims, email_verified: false },
          amr: [],
          ...(acr === undefined ? {} : { acr }),
          ...(authTime === undefined ? {} : { authTime }),
          ...(sid === undefined ? {} : { sid }),
        };
        return { identity };
      }),
  };
}

/** Names under which most providers say the usual things; the operator's mapping goes first. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  email: [
    'email',
    'mail',
    'urn:oid:0.9.2342.19200300.100.1.3',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  ],
  given_name: [
    'given_name',
    'givenName',
    'urn:oid:2.5.4.42',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname',
  ],
  family_name: [
    'family_name',
    'sn',
    'surname',
    'urn:oid:2.5.4.4',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname',
  ],
};

function usual(attributes: object): Record<string, string> {
  const found = Object.entries(USUAL).map(([ours, names]) => [
    ours,
    names.find((name) => Object.hasOwn(attributes, name)),
  ]);
  return Object.fromEntries(found.filter(([, name]) => name !== undefined));
}
