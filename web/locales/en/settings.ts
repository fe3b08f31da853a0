export const settings = {
  text: 'They hold for the whole platform, within a minute after they are saved.',
  anonymousPull: 'Pull without signing in',
  anonymousPullText:
    'Anybody who reaches this host may pull the images of public workspaces. Private ones stay closed.',
  layerUrls: 'Layers stored elsewhere',
  layerUrlsText:
    'Manifests may name addresses of layers, which need not be pushed then. Clients that pull fetch from them. Layers of Windows that may not be copied are always allowed.',
  triggerHttp: 'Plain http for triggers',
  triggerHttpText:
    'Requests of triggers may go to http addresses. Whoever is on the way can read and change them.',
  trashDays: 'Time in the trash',
  trashDaysText:
    'What was deleted can be restored for so long; afterwards its storage is freed. 0: it cannot be restored.',
  days: 'days',
  uploadLimit: 'Largest file to upload in the page',
  uploadLimitText: '2048 MiB are 2 GiB. Clients such as docker have no limit.',
  scrub: 'Check of stored content',
  scrubText: 'So much is read again each day to find lost or wrong content. 0: none.',
  tokenLifetime: 'Longest life of access tokens',
  tokenLifetimeText:
    'They end after it at the latest, those that exist, too. Docker logins end after 90 days or sooner.',
  sessionLifetime: 'Longest life of sessions',
  sessionLifetimeText: 'Browsers have to sign in again after it, and after 12 hours without use.',
  outOfBounds: 'A whole number from {{least}} to {{most}}.',
  saved: 'The settings are saved',
  discard: 'Discard changes',
};
