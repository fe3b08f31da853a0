import type { Messages } from '../en/index.ts';

export const credential: Messages['credential'] = {
  title: '推送凭证',
  text: '客户端使用它拉取项目所有工作空间的镜像并向其推送；它不是任何人的个人密码，不能更改设置，也不能彻底删除内容。',
  username: '用户名',
  password: '密码',
  show: '显示密码',
  hide: '隐藏密码',
  rotate: '更换',
  rotateAsk: '更换…',
  rotateTitle: '更换 {{name}} 的推送凭证？',
  rotateText: '将生成新密码，使用当前密码的以下内容在一分钟内失效：',
  stopsLogins: '所有使用它的 docker login 与 ctr 命令',
  stopsPipelines: '使用它推送或拉取镜像的流水线',
  stopsSecrets: '由它创建的 Kubernetes 镜像拉取密钥',
  rotated: '{{name}} 的推送凭证已更换',
};
