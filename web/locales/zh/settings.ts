import type { Messages } from '../en/index.ts';

export const settings: Messages['settings'] = {
  text: '对整个平台生效，保存后一分钟内生效。',
  anonymousPull: '允许匿名拉取',
  anonymousPullText: '任何能访问本站的人都可以拉取公开工作空间的镜像；私有工作空间不受影响。',
  layerUrls: '允许存储在别处的层',
  layerUrlsText:
    '清单可以为层指定外部地址，这些层无需推送，客户端拉取时会访问这些地址。不允许分发的 Windows 基础层始终可用。',
  triggerHttp: '允许触发器使用 http',
  triggerHttpText: '触发器的请求可以发往 http 地址，途中的任何一方都能读取和篡改其内容。',
  trashDays: '回收站保留时间',
  trashDaysText: '已删除的内容在此期间可以恢复，之后释放其存储空间。0 表示不可恢复。',
  days: '天',
  uploadLimit: '页面上传文件的大小上限',
  uploadLimitText: '2048 MiB 即 2 GiB。docker 等客户端不受此限制。',
  scrub: '每日校验量',
  scrubText: '每天重新读取并校验的存储内容上限，用于发现丢失或损坏。0 表示不校验。',
  tokenLifetime: '访问令牌的最长有效期',
  tokenLifetimeText: '访问令牌最迟在此之后失效，已有令牌同样适用。docker 登录最长 90 天。',
  sessionLifetime: '会话的最长有效期',
  sessionLifetimeText: '浏览器最迟在此之后须重新登录；12 小时未使用也须重新登录。',
  outOfBounds: '请填写 {{least}} 到 {{most}} 之间的整数。',
  saved: '设置已保存',
  discard: '放弃修改',
};
