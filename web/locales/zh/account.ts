import type { Messages } from '../en/index.ts';

export const account: Messages['account'] = {
  signedInAs: '当前登录用户：{{name}}',
  passwordSet: '密码已设置，其他会话均已结束',
  sessions: '会话',
  sessionsText: '已登录你账号的浏览器。若其中有不属于你的，请修改密码。',
  where: '位置',
  since: '登录时间',
  lastSeen: '最近活动',
  thisOne: '当前会话',
  end: '退出',
  ended: '已退出：{{name}}',
  endOthers: '退出其他所有会话',
  othersEnded: '已退出其他所有会话',
  logins: 'docker 登录',
  loginsText: '你用密码登录过的客户端，各自保存一个最长 90 天的令牌；修改密码后全部失效。',
  noLogins: '没有 docker 登录',
  endLogin: '结束',
  loginEnded: '将在一分钟内失效：{{name}}',
  preferences: '偏好设置',
  keptHere: '保存在此浏览器中。',
};
