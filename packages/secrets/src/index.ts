export { type Keys, openKey, rotateKey } from './key-file.ts';
export { createMasker, type Masker, type MaskStream } from './masker.ts';
export { createSealer, type Seal, type SealPlace } from './sealer.ts';
export { createToken, hashToken, isSameSecret } from './token.ts';
export { createVault, type Vault } from './vault.ts';
