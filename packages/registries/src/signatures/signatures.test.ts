import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
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

describe('a signature', () => {
  it('of OpenSSL over what cosign signs is understood', () => {
    const { signature, digest, reference } = recorded;
    const payload = formatPayload({ reference, digest });

    expect(String(payload)).toBe(
      `{"critical":{"identity":{"docker-reference":"${reference}"},"image":{"docker-manifest-digest":"${digest}"},"type":"cosign container image signature"},"optional":null}`,
    );
    expect(isSignatureOf({ payload, signature }, digest, keyOf(publicPem))).toBe(true);
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

    expect(isSignatureOf(signed, digest, keyOf(publicPem))).toBe(false);
  });

  it('of something else than an image is none', () => {
    const key = signingKey();
    const { digest } = recorded;
    const critical = { image: { 'docker-manifest-digest': digest }, type: 'a party invitation' };
    const payload = Buffer.from(JSON.stringify({ critical }));

    const signature = signPayload(payload, key);

    expect(isSignatureOf({ payload, signature }, digest, keyOf(publicPem))).toBe(false);
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
