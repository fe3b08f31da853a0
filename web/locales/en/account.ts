export const account = {
  signedInAs: 'Signed in as {{name}}',
  passwordSet: 'The password is set; the other sessions have ended',
  sessions: 'Sessions',
  sessionsText:
    'Browsers in which you are signed in. Set a new password if one of them is not yours.',
  where: 'Where',
  since: 'Since',
  lastSeen: 'Last seen',
  thisOne: 'this one',
  end: 'Sign out',
  ended: 'Signed out: {{name}}',
  endOthers: 'Sign out everywhere else',
  othersEnded: 'Signed out everywhere else',
  logins: 'Docker logins',
  loginsText:
    'Clients that you have logged in with your password. Each keeps a token for 90 days at most; a new password ends them all.',
  noLogins: 'No docker logins',
  endLogin: 'End',
  loginEnded: 'Ended within a minute: {{name}}',
  preferences: 'Preferences',
  keptHere: 'Kept in this browser.',
};
