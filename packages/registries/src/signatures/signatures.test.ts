import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

import { createOutbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { createRegistryClient } from '../create-registry-client.ts';
import { digestOf } from '../digest.ts';
import type { RegistryClient } from '../registry-client.ts';
import {
  type LoopbackRegistry,
  startLoopbackRegistry,
  storeArtifact,
  storeManifest,
} from '../testing/loopback-registry.ts';
import { addSignature, hasSignature } from './signatures.ts';
import { isBundleOf } from './sigstore-bundle.ts';
import {
  formatPayload,
  isSignatureOf,
  parseSigningKey,
  parseVerificationKey,
  signPayload,
} from './simple-signing.ts';

const signal = new AbortController().signal;
const signatureType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** Of OpenSSL, as is the signature below: made for this, and of use to nobody. */
const privatePem = `-----BEGIN ${'PRIVATE'} KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGtP1+lkRSd9b/fyc
QSodR8kE0dPk4nh59QcIDvIaODuhRANCAATpSCtS7XeoBV0G2zz7RDp4H/dEsae/
o/J0EDwrZU+HZNtywGFQlImwnFI9l2ONWaby6Y2ycbQQro79yZcLDoMz
-----END ${'PRIVATE'} KEY-----`;
const publicPem = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6UgrUu13qAVdBts8+0Q6eB/3RLGn
v6PydBA8K2VPh2TbcsBhUJSJsJxSPZdjjVmm8umNsnG0EK6O/cmXCw6DMw==
-----END PUBLIC KEY-----`;
const recorded = {
  digest: `sha256:${'1'.repeat(64)}`,
  reference: 'registry.example.com/team/shop/web',
  signature:
    'MEUCIQDVE/v6md6XpvpWZMwtZSRpSDNxRa/X3duNhJhM/L+7RQIgLP133FBjR8Xz3bqByVjQj74sJ9JD6A+XmuubcQL5Tdk=',
};

/** Of cosign 2.6.1: `cosign sign --key … --tlog-upload=false --new-bundle-format`, as cosign 3 does by itself. */
const cosignPem = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbsqPnrYpm1LBmy/L5RcZBfNdIqg8
QB7E/270MPpQ+NBjXj4rcgvaGF819R00mq0uVIvRJCFWJxrm8dVUDmuMEA==
-----END PUBLIC KEY-----`;
const bundledDigest = 'sha256:62e86345ddf99a0ffceefb35e3ff168a88fe667464a5968cbb3d9705d3f82d7d';
const bundleOfCosign = Buffer.from(
  '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"x2rFTQhKWyiyE2pdJZfbUTi/wMynW8rkGY3JtBWTeoM="}},"dsseEnvelope":{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiNjJlODYzNDVkZGY5OWEwZmZjZWVmYjM1ZTNmZjE2OGE4OGZlNjY3NDY0YTU5NjhjYmIzZDk3MDVkM2Y4MmQ3ZCJ9fV0sInByZWRpY2F0ZVR5cGUiOiJodHRwczovL3NpZ3N0b3JlLmRldi9jb3NpZ24vc2lnbi92MSJ9","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"MEUCIQCkFn5HTpJUhINl0uNust6sFaAqta2c7IgBCJdoKCzMRwIgL6oLpkB1rYXKAK1uz0o4m+yUYmBPMtzWLtni1aQTcHc="}]}}',
);

describe('a signature', () => {
  it('of OpenSSL over what cosign signs is understood', () => {
    const { signature, digest, reference } = recorded;
    const payload = formatPayload({ reference, digest });

    expect(String(payload)).toBe(
      `{"critical":{"identity":{"docker-reference":"${reference}"},"image":{"docker-manifest-digest":"${digest}"},"type":"cosign container image signature"},"optional":null}`,
    );
    expect(isSignatureOf({ payload, signature }, { digest }, keyOf(publicPem))).toBe(true);
  });

  it.each([
    ['of another image', { digest: `sha256:${'2'.repeat(64)}` }],
    ['that is no base64', { signature: 'nonsense' }],
    ['that is empty', { signature: '' }],
    ['over another payload', { payload: Buffer.from('{}') }],
    ['over no JSON', { payload: Buffer.from('{') }],
  ])('%s is none', (_name, other) => {
    const { reference, ...image } = recorded;
    const payload = formatPayload({ reference, digest: recorded.digest });
    const { digest, ...signed } = { ...image, payload, ...other };

    expect(isSignatureOf(signed, { digest }, keyOf(publicPem))).toBe(false);
  });

  it.each([
    ['registry.example.com/team/shop/web', true],
    ['registry.example.com/team/shop/web:production', false],
    ['registry.example.com/team/shop/api', false],
    ['registry.example.org/team/shop/web', false],
    ['nonsense', false],
    ['', false],
  ])('is asked to be of %s', (signedAs, expected) => {
    const { signature, digest, reference } = recorded;
    const payload = formatPayload({ reference, digest });

    const is = isSignatureOf({ payload, signature }, { digest, signedAs }, keyOf(publicPem));

    expect(is).toBe(expected);
  });

  it('that names a tag is one for this tag, and for the repository', () => {
    const { digest, reference } = recorded;
    const payload = formatPayload({ reference: `${reference}:staging`, digest });
    const signed = { payload, signature: signPayload(payload, signingKey()) };
    const isAs = (signedAs: string) =>
      isSignatureOf(signed, { digest, signedAs }, keyOf(publicPem));

    expect([isAs(reference), isAs(`${reference}:staging`)]).toEqual([true, true]);
    expect(isAs(`${reference}:production`)).toBe(false);
  });

  it('of something else than an image is none', () => {
    const key = signingKey();
    const { digest } = recorded;
    const critical = { image: { 'docker-manifest-digest': digest }, type: 'a party invitation' };
    const payload = Buffer.from(JSON.stringify({ critical }));

    const signature = signPayload(payload, key);

    expect(isSignatureOf({ payload, signature }, { digest }, keyOf(publicPem))).toBe(false);
  });
});

describe('a key', () => {
  it.each([
    ['of RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['on another curve', generateKeyPairSync('ec', { namedCurve: 'secp384r1' })],
    ['of Ed25519', generateKeyPairSync('ed25519')],
  ])('%s is not taken', (_name, { privateKey, publicKey }) => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });

    expect(parseSigningKey(String(pem))).toBeUndefined();
    const open = publicKey.export({ type: 'spki', format: 'pem' });
    expect(parseVerificationKey(String(open))).toBeUndefined();
  });

  it.each(['', 'nonsense', publicPem])('that is none does not sign: %#', (pem) => {
    expect(parseSigningKey(pem)).toBeUndefined();
  });
});

describe('an image in a registry', () => {
  it(
    'is signed once, as cosign finds it',
    over(async ({ client, registry, place, digest }) => {
      const signing = { key: signingKey(), signal };
      await addSignature(client, { ...place, digest }, signing);
      const before = registry.writes;

      await addSignature(client, { ...place, digest }, signing);

      expect(registry.writes).toBe(before);
      const { tags, manifests, blobs } = registry.repository(place.repository);
      const manifest = manifests.get(tags.get(`${digest.replace(':', '-')}.sig`) ?? '');
      const { layers, config } = JSON.parse(String(Buffer.from(manifest?.bytes ?? [])));
      expect(config.mediaType).toBe('application/vnd.oci.image.config.v1+json');
      expect(layers).toMatchObject([{ mediaType: signatureType }]);
      const payload = Buffer.from(blobs.get(layers[0].digest) ?? []);
      expect(createHash('sha256').update(payload).digest('hex')).toBe(layers[0].digest.slice(7));
      // By the words of the specification, without our own reader.
      const signature = layers[0].annotations['dev.cosignproject.cosign/signature'];
      const isGood = verify(
        'sha256',
        payload,
        createPublicKey(publicPem),
        Buffer.from(signature, 'base64'),
      );
      expect(isGood).toBe(true);
      expect(JSON.parse(String(payload)).critical.image['docker-manifest-digest']).toBe(digest);
    }),
  );

  it(
    'keeps what others have signed',
    over(async ({ client, place, digest }) => {
      const [one, two] = [signingKey(), freshKey()];

      await addSignature(client, { ...place, digest }, { key: one, signal });
      await addSignature(client, { ...place, digest }, { key: two, signal });

      for (const key of [one, two, keyOf(publicPem)]) {
        expect(await hasSignature(client, { ...place, digest }, { key, signal })).toBe(true);
      }
      const stranger = { key: freshKey(), signal };
      expect(await hasSignature(client, { ...place, digest }, stranger)).toBe(false);
    }),
  );

  it(
    'is not signed by the signature of another one',
    over(async ({ client, registry, place, digest }) => {
      const key = signingKey();
      await addSignature(client, { ...place, digest }, { key, signal });
      const repository = registry.repository(place.repository);
      const other = storeArtifact(repository, 'other', ['other']);
      const signature = repository.tags.get(`${digest.replace(':', '-')}.sig`) ?? '';
      repository.tags.set(`${other.replace(':', '-')}.sig`, signature);

      const reference = { ...place, digest: other };

      expect(await hasSignature(client, reference, { key, signal })).toBe(false);
    }),
  );

  it(
    'is signed by what the list of referrers holds',
    over(async ({ client, registry, place, digest }) => {
      const payload = formatPayload({ reference: 'x/y', digest });
      const repository = registry.repository(place.repository);
      repository.blobs.set(digestOf(payload), payload);
      storeManifest(repository, undefined, {
        schemaVersion: 2,
        mediaType: manifestType,
        artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
        subject: { mediaType: manifestType, digest, size: 1 },
        layers: [
          {
            mediaType: signatureType,
            digest: digestOf(payload),
            size: payload.length,
            annotations: {
              'dev.cosignproject.cosign/signature': signPayload(payload, signingKey()),
            },
          },
        ],
      });

      const verifying = { key: keyOf(publicPem), signal };

      expect(await hasSignature(client, { ...place, digest }, verifying)).toBe(true);
    }),
  );
});

describe('a bundle', () => {
  it('of cosign is a signature of the image that it names', () => {
    expect(isBundleOf(bundleOfCosign, bundledDigest, keyOf(cosignPem))).toBe(true);
  });

  it.each([
    ['another image', bundleOfCosign, `sha256:${'2'.repeat(64)}`, cosignPem],
    ['another key', bundleOfCosign, bundledDigest, publicPem],
    ['nothing', Buffer.from('{}'), bundledDigest, cosignPem],
    ['no JSON', Buffer.from('{'), bundledDigest, cosignPem],
    ['another payload', bundleWith({ payload: 'e30=' }), bundledDigest, cosignPem],
    ['another type', bundleWith({ payloadType: 'text/plain' }), bundledDigest, cosignPem],
    ['no signature', bundleWith({ signatures: [] }), bundledDigest, cosignPem],
    ['nonsense', bundleWith({ signatures: [null, 'x', { sig: 7 }] }), bundledDigest, cosignPem],
  ])('of %s is none', (_name, bundle, digest, pem) => {
    expect(isBundleOf(bundle, digest, keyOf(pem))).toBe(false);
  });

  it('that says something else of the image signs nothing', () => {
    const bundle = sealBundle('https://cyclonedx.org/bom');
    const signing = sealBundle('https://sigstore.dev/cosign/sign/v1');

    expect(isBundleOf(bundle, bundledDigest, keyOf(publicPem))).toBe(false);
    expect(isBundleOf(signing, bundledDigest, keyOf(publicPem))).toBe(true);
  });

  it(
    'is found where the list names it by its empty config, and names no repository',
    over(async ({ client, registry, place }) => {
      const repository = registry.repository(place.repository);
      repository.blobs.set(digestOf(bundleOfCosign), bundleOfCosign);
      const bundleMedia = 'application/vnd.dev.sigstore.bundle.v0.3+json';
      storeManifest(repository, undefined, {
        schemaVersion: 2,
        mediaType: manifestType,
        subject: { mediaType: manifestType, digest: bundledDigest, size: 1 },
        config: {
          mediaType: 'application/vnd.oci.empty.v1+json',
          digest: digestOf(Buffer.from('{}')),
          size: 2,
        },
        layers: [
          { mediaType: bundleMedia, digest: digestOf(bundleOfCosign), size: bundleOfCosign.length },
        ],
      });
      const verifying = { key: keyOf(cosignPem), signal };
      const reference = { ...place, digest: bundledDigest };

      expect(await hasSignature(client, reference, verifying)).toBe(true);
      const signedAs = `${place.host}/${place.repository}`;
      expect(await hasSignature(client, reference, { ...verifying, signedAs })).toBe(false);
    }),
  );
});

function bundleWith(other: object): Buffer {
  const bundle = JSON.parse(String(bundleOfCosign));
  return Buffer.from(
    JSON.stringify({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, ...other } }),
  );
}

/** By the words of the specification, without our own reader. */
function sealBundle(predicateType: string): Buffer {
  const sha256 = bundledDigest.slice('sha256:'.length);
  const statement = { _type: 'https://in-toto.io/Statement/v1', subject: [{ digest: { sha256 } }] };
  const payload = JSON.stringify({ ...statement, predicateType });
  const payloadType = 'application/vnd.in-toto+json';
  const signed = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} ${payload}`;
  const sig = sign('sha256', Buffer.from(signed), signingKey()).toString('base64');
  const dsseEnvelope = {
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: [{ sig }],
  };
  return Buffer.from(JSON.stringify({ dsseEnvelope }));
}

function keyOf(pem: string): KeyObject {
  return parseVerificationKey(pem) ?? createPublicKey(pem);
}

function signingKey(): KeyObject {
  const key = parseSigningKey(privatePem);
  if (!key) throw new Error('The key of the tests is good.');
  return key;
}

function freshKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}

interface Setting {
  readonly client: RegistryClient;
  readonly registry: LoopbackRegistry;
  readonly place: { readonly host: string; readonly repository: string };
  readonly digest: string;
}

/** Runs a test with a registry that holds one image. */
function over(body: (setting: Setting) => Promise<void>): () => Promise<void> {
  return async () => {
    await using registry = await startLoopbackRegistry();
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const client = createRegistryClient({ outbound, allowHttp: () => true });
    const place = { host: registry.host, repository: 'shop/web' };
    const digest = storeArtifact(registry.repository('shop/web'), '1.0', ['content']);
    await body({ client, registry, place, digest });
  };
}
