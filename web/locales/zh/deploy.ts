import type { Messages } from '../en/index.ts';

export const deploy: Messages['deploy'] = {
  title: '部署',
  by: '固定方式',
  kinds: '类型',
  deployment: 'Deployment',
  pod: 'Pod',
  cronJob: 'CronJob',
  secret: 'Secret',
  cronText: '每天零点运行，请改为需要的时间表。',
  projectLogin: '用户名为项目推送凭证的用户名，请将 PASSWORD 替换为其密码。',
  ownLogin: '用户名为当前用户，请将 PASSWORD 替换为可读取的访问令牌。',
  secretText: '在每个运行该镜像的命名空间中，执行以下任意一种。',
  hosts: '节点如何访问本仓库',
  configNew: 'containerd 2 的 config.toml',
  configOld: 'containerd 1.5 至 1.7 的 config.toml',
  restart: '修改 config.toml 后需重启 containerd，修改 hosts.toml 无需重启。',
  noDaemon: 'https 仓库无需配置 daemon.json。自建 CA 的证书请放到 {{path}}。',
  dockerLogin: '登录一次',
  dockerRun: '运行',
  helmText: '适用于 helm create 结构的 Chart，其他 Chart 的字段名可能不同。',
  cloudflareText:
    'Cloudflare Containers 运行 {{platform}} 镜像，并从所在账户的镜像仓库拉取：先将镜像复制过去，将 ACCOUNT_ID 替换为账户 ID，再部署 Worker。',
  wrongPlatform: '该镜像的平台为 {{platform}}，Cloudflare Containers 无法运行。',
  cloudflareLogin: '登录账户的镜像仓库，15 分钟内有效',
  copy: '复制镜像，任选一种',
  deployLine: '部署',
};
