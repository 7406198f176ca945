/** Signatures of scripts, as `ssh-keygen -Y verify` takes them (OpenSSH: PROTOCOL.sshsig). */
import { childProcess } from '../environment/child-process.ts';
import { reasonOf } from '../environment/system-errors.ts';

/** The signature, armored, or why there is none, as a clause. */
export type Signed =
  | { readonly kind: 'signed'; readonly signature: string }
  | { readonly kind: 'refused'; readonly reason: string };

const namespace = 'ftpwall';
const keyType = 'ssh-ed25519';

/**
 * Signs by ssh-keygen(1): `key` is a file with a private key, or with a public one whose other half the agent holds.
 * Without a terminal (setsid) nobody is asked for a passphrase: a pipeline would wait for ever.
 */
export function signScript(script: string, key: string): Signed {
  const asked = childProcess().spawnSync('setsid', ['-w', 'ssh-keygen', '-Y', 'sign', '-f', key, '-n', namespace], {
    input: script,
    encoding: 'utf8',
    env: { ...process.env, SSH_ASKPASS_REQUIRE: 'never' },
  });
  if (asked.error) return { kind: 'refused', reason: `ssh-keygen cannot be run: ${reasonOf(asked.error)}` };
  if (asked.status !== 0) return { kind: 'refused', reason: asked.stderr.trim().replace(/\s*\n\s*/g, '; ') };
  if (keyTypeOf(asked.stdout) !== keyType) return { kind: 'refused', reason: `${key} is not a key of type ed25519` };
  return { kind: 'signed', signature: asked.stdout };
}

/** The type of the key that made a signature: behind the magic and the version stands the public key, its type first. */
function keyTypeOf(signature: string): string {
  const bytes = Buffer.from(signature.replace(/-----.*-----/g, ''), 'base64');
  const typeAt = 'SSHSIG'.length + 4 + 4;
  if (bytes.length < typeAt + 4) return '';
  return bytes.toString('latin1', typeAt + 4, typeAt + 4 + bytes.readUInt32BE(typeAt));
}
