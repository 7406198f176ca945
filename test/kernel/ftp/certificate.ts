/** A certificate for the FTP servers of the lab: signed by itself, valid for a day, known to nobody. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files; `bothFile` has the key before the certificate. */
export interface Certificate {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly bothFile: string;
}

/** Makes a key and its certificate in `folder`, which the lab removes. */
export function makeCertificate(folder: string): Certificate {
  const home = mkdtempSync(join(folder, 'certificate-'));
  const [keyFile, certificateFile, bothFile] = ['key.pem', 'certificate.pem', 'both.pem'].map((name) =>
    join(home, name),
  ) as [string, string, string];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', keyFile];
  const subject = ['-subj', '/CN=ftp.example.org', '-days', '1', '-out', certificateFile];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject], { stdio: 'pipe' });
  writeFileSync(bothFile, readFileSync(keyFile, 'utf8') + readFileSync(certificateFile, 'utf8'), { mode: 0o600 });
  return { keyFile, certificateFile, bothFile };
}
