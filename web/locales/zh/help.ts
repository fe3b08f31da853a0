import type { Messages } from '../en/index.ts';

export const help: Messages['help'] = {
  text: '为 {{host}} 配置主机与流水线。',
  contents: '目录',
  onMachine: '在主机上执行',
  message: '客户端报错',
  reach: '主机必须能访问本仓库',
  reachText:
    '客户端直接连接 {{name}}，因此所在主机必须能通过 DNS 或 /etc/hosts 解析该名称，并能穿过防火墙和代理。可用以下命令检查：',
  reachAnswer: '返回 401 Unauthorized 即为正常：仓库可达，只是要求登录。',
  certificate: '推送时证书校验失败',
  certificateText:
    '本站证书由该主机不认识的机构签发。请把签发机构的证书交给客户端，或让客户端不校验证书。',
  trustDocker: 'Docker：信任签发机构',
  trustDockerText: 'Docker 从以仓库命名的目录读取证书，无需重启。',
  trustContainerd: 'containerd 1.5 及以上版本：hosts.toml',
  trustContainerdText:
    '在 config.toml 中按版本指定仓库目录并重启 containerd 一次，此后 hosts.toml 的改动立即生效。请把签发机构的证书放在同一目录。',
  unverified: '没有证书时，可以只对本站关闭校验：',
  ctrReadsNone: 'ctr 不读取 config.toml，请为它指定目录，或用 -k 临时跳过校验：',
  oldContainerd: 'containerd 1.5 之前的版本：config.toml',
  oldContainerdText:
    '旧版本直接在 config.toml 中使用 mirrors 与 tls 配置；新版本不允许它们与 config_path 同时出现。',
  insecure: '使用 http 的仓库',
  insecureText:
    'Docker 与 containerd 默认使用 https。改用 http 后，包括密码在内的所有内容都以明文传输，请仅在可信网络中使用。',
  insecureDocker:
    '把本站加入 daemon.json 并重启 Docker，127.0.0.1 无需配置。该配置同时会关闭 https 证书校验。',
  insecureContainerd: '在 hosts.toml 中以 http 指定本站；使用 ctr 时改为加上 --plain-http。',
  failures: '客户端报错及处理方法',
  unauthorized:
    '主机尚未登录、密码已更换，或访问令牌已过期。请使用 Push 镜像对话框中的信息重新登录。',
  denied: '当前登录者没有权限：推送需要开发者或所有者角色，访问令牌需要写入权限。',
  nameUnknown: '工作空间不存在，或未对你开放。镜像地址的第一段就是工作空间名称，请先创建再推送。',
  tooMany: '密码错误次数过多，请按提示等待后重试。',
  gaveHttp: '本站使用 http，而客户端使用 https，请参阅上一节。',
  tooLarge: '有镜像层超过单次请求的大小上限，请参阅大镜像层一节。',
  notFound: 'ctr 会推送镜像的全部平台，但本机只拉取了其中一个。请拉取全部平台，或只推送一个：',
  limits: '使用限制',
  limitsText: '超出限制时客户端会收到明确的错误，且不会留下不完整的数据。',
  what: '项目',
  limit: '上限',
  body: '单次请求（经由 Cloudflare 时）',
  bodyLimit: '免费版与 Pro 版 100 MB，Business 版 200 MB，Enterprise 版 500 MB',
  pageUpload: '在页面中上传的文件',
  layer: '单个镜像层',
  manifest: '单个清单（manifest）',
  description: '描述信息',
  unfinished: '未继续的上传保留时间',
  hours_one: '{{count}} 小时',
  hours_other: '{{count}} 小时',
  trash: '删除后可恢复的时间',
  daysOf_one: '{{count}} 天',
  daysOf_other: '{{count}} 天',
  session: '浏览器会话',
  sessionLimit: '12 小时无操作，或累计 30 天',
  signIns: '登录失败次数',
  signInLimit: '同一账号 5 次，同一地址 30 次，之后需等待',
  large: '推送大镜像层',
  largeText:
    'docker 与 ctr 用一次请求发送一个镜像层。超过上限时，边缘节点在仓库收到之前就会返回 413。以下方式会分片发送：',
  largePage: '在页面中上传归档文件：镜像管理 → 上传镜像，断线后可继续。',
  largePush:
    '使用 orlop 命令推送归档文件，无需容器引擎。本仓库为 npx 提供该命令（需 Node 20 或更高版本）；升级后，本页会显示新的地址：',
  largeRelay: '或让 orlop 在本机充当仓库：docker 推送给它，由它分片转发。',
  kubernetes: '在 Kubernetes 中使用镜像',
  kubernetesSecret:
    '把用户名和密码保存为 Secret：可用项目的推送凭证，更推荐使用你的用户名和仅有读取权限的访问令牌。',
  kubernetesPod: '在工作负载中指定 Secret 与镜像：',
  kubernetesAccount: '或让命名空间内的所有工作负载使用该 Secret：',
  kubernetesNodes: '镜像由各节点自行拉取，因此本页关于证书与 http 的设置需要在每个节点上完成。',
  pipelines: '在流水线中推送镜像',
  pipelinesText:
    '为流水线设置 ORLOP_USER 与 ORLOP_TOKEN 两个机密变量：可用项目的推送凭证，或你的用户名与具有读取、写入权限的访问令牌。推送凭证仅在项目所有者于项目页面允许后才能删除版本。在此创建令牌：',
};
