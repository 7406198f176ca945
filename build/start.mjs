/** `npm start`: sets the machine up, builds, and shows the firewall at work in a throw-away network. */
import {
  installNodePackages,
  installPrograms,
  requireNode,
  requireRoot,
  root,
  runSteps,
  step,
  unpackProgram,
} from './setup.mjs';

await runSteps(async () => {
  requireNode();
  installNodePackages();
  installPrograms({ nft: 'nftables', ip: 'iproute2', curl: 'curl' });
  requireRoot('npm start');
  unpackProgram('vsftpd', 'vsftpd');
  step('building dist/ftpwall.js');
  const { build, buildDemo } = await import('./build.mjs');
  await build();
  const demo = await buildDemo();
  process.chdir(root);
  const { showFirewall } = await import(demo);
  process.exitCode = await showFirewall('etc-samples/three-interfaces');
});
