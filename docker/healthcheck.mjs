// Exits 0 when this container may get traffic. For Docker; Kubernetes asks the management port itself.
const port = process.env.MANAGEMENT_PORT || '9464';
const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => ({ ok: false }));
process.exitCode = ok ? 0 : 1;
