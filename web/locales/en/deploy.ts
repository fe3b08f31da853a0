export const deploy = {
  title: 'Deploy',
  by: 'Pin by',
  kinds: 'Kind',
  deployment: 'Deployment',
  pod: 'Pod',
  cronJob: 'CronJob',
  secret: 'Secret',
  cronText: 'Runs each day at midnight: change the schedule to yours.',
  projectLogin:
    'The user name is that of the push credential of the project: put its password in place of PASSWORD.',
  ownLogin: 'The user name is yours: put an access token that reads in place of PASSWORD.',
  secretText: 'Apply one of the two in each namespace that runs the image.',
  hosts: 'How the nodes reach this registry',
  configNew: 'config.toml of containerd 2',
  configOld: 'config.toml of containerd 1.5 to 1.7',
  restart: 'Restart containerd after a change of config.toml; hosts.toml needs none.',
  noDaemon:
    'docker needs no daemon.json for a registry at https. The certificate of an authority of your own goes to {{path}}.',
  dockerLogin: 'Sign in once',
  dockerRun: 'Run',
  helmText: 'For charts laid out as helm create does; other charts may call the fields otherwise.',
  cloudflareText:
    'Cloudflare Containers run {{platform}} and pull from the registry of your account: copy the image there, put the id of your account in place of ACCOUNT_ID, and deploy the Worker.',
  wrongPlatform: 'This image is for {{platform}}, which Cloudflare Containers do not run.',
  cloudflareLogin: 'Sign in to the registry of your account, for 15 minutes',
  copy: 'Copy the image with one of the two',
  deployLine: 'Deploy',
};
