/* Copyright (c) 2026 the kubejoin.kubeadm authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first process of a pod: it sleeps, collects the dead, and leaves when it is asked to. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void leave(int number)
{
	(void)number;
	_exit(0);
}

static void collect(int number)
{
	(void)number;
	while (waitpid(-1, 0, WNOHANG) > 0)
		;
}

int main(void)
{
	struct sigaction on_end = {.sa_handler = leave}, on_child = {.sa_handler = collect, .sa_flags = SA_NOCLDSTOP};

	sigaction(SIGINT, &on_end, 0);
	sigaction(SIGTERM, &on_end, 0);
	sigaction(SIGCHLD, &on_child, 0);
	for (;;)
		pause();
}
