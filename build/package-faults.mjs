/** Faults that are planted into the package of Debian: each must be found by the script of test/packages that looks for it. */

/** `plant` is run where the package is unpacked, with DEBIAN beside its files; `wrong` must then be said. */
export const faults = [
  {
    name: 'a file of the configuration too many',
    script: 'installed.sh',
    plant: 'echo "#ZONE" >etc/ftpwall/zones; echo /etc/ftpwall/zones >>DEBIAN/conffiles',
    wrong: 'the package brings these files into /etc',
  },
  {
    name: 'a setting that an upgrade overwrites',
    script: 'installed.sh',
    plant: 'sed -i /params/d DEBIAN/conffiles',
    wrong: 'an upgrade overwrites /etc/ftpwall/params',
  },
  {
    name: 'a page that is missing',
    script: 'installed.sh',
    plant: 'rm usr/share/man/man5/ftpwall-rules.5.gz',
    wrong: 'the manual has no man5/ftpwall-rules.5',
  },
  {
    name: 'installing leaves no code cache',
    script: 'installed.sh',
    plant: 'sed -i "s|/usr/lib/ftpwall/keep-code-cache|false|" DEBIAN/postinst',
    wrong: 'no code cache',
  },
  {
    name: 'installing starts the service',
    script: 'installed.sh',
    plant: 'echo "invoke-rc.d ftpwall start || true" >>DEBIAN/postinst',
    wrong: 'a maintainer script started or stopped a service',
  },
  {
    name: 'installing enables the service',
    script: 'installed.sh',
    plant: 'echo "update-rc.d ftpwall enable" >>DEBIAN/postinst',
    wrong: 'installing enabled',
  },
  {
    name: 'installing loads rules',
    script: 'installed.sh',
    plant: 'echo "nft add table inet ftpwall" >>DEBIAN/postinst',
    wrong: 'rules were loaded',
  },
  {
    name: 'an upgrade loads rules',
    script: 'installed.sh',
    plant: `echo '[ -z "$2" ] || nft add chain inet ftpwall more' >>DEBIAN/postinst`,
    wrong: 'the upgrade changed the loaded rules',
  },
  {
    name: 'removing opens the machine',
    script: 'installed.sh',
    plant: `echo '[ "$1" = upgrade ] || nft delete table inet ftpwall' >>DEBIAN/prerm`,
    wrong: 'remove left the machine open',
  },
  {
    name: 'a unit that runs what is not there',
    script: 'units.sh',
    plant: 'sed -i "s|^ExecStart=.*|ExecStart=/usr/sbin/nothing|" usr/lib/systemd/system/ftpwall.service',
    wrong: 'verify',
  },
  {
    name: 'a package that is not the one of the tarball',
    script: 'rebuilt.sh',
    plant: 'echo "# changed" >>usr/lib/ftpwall/ftpwall-boot',
    wrong: 'is another one than that of npm run package:deb',
  },
];
