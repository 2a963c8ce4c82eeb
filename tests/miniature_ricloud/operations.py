"""The operations of the API: from a request to a status and what is shown."""

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request

from . import bodies, views
from .directory import Directory, Tenant
from .lists import page
from .manners import Identifier, Manners
from .refusal import Refused, refuse_parameter
from .resources import Config, Event, Shown, Task

Answer = tuple[int, Shown]

JSON_MEDIA_TYPES = ("", "application/json")


class Operations:
    """Each method is an operation. They hold the lock while they look at an organisation."""

    def __init__(self, directory: Directory, manners: Manners) -> None:
        self._directory = directory
        self._manners = manners
        self._pulse = directory.pulse

    # ------------------------------------------------------------------------------------------------- configs

    def create_config(self, request: Request) -> Answer:
        """POST /configs/webhook."""
        tenant = self._tenant(request)
        body = self._body(request)
        bodies.look_at_creation(body, self._manners)
        with self._pulse:
            config = tenant.keeping.create(body)
            self._pulse.wait_for(
                lambda: (tenant.organisation.config(config.id) or config).state != "new",
                timeout=self._manners.configs.creation_waits_seconds,
            )
            created = tenant.organisation.config(config.id) or config
            return self._manners.configs.created_status, created.shown_with_secret(self._manners)

    def list_configs(self, request: Request) -> Answer:
        """GET /configs/webhook."""
        tenant = self._tenant(request)
        with self._pulse:
            items = views.configs(tenant.organisation)
        return self._page(request, views.CONFIGS, items)

    def retrieve_config(self, request: Request, identifier: str) -> Answer:
        """GET /configs/webhook/{id}."""
        with self._pulse:
            return 200, self._config(self._tenant(request), identifier).shown_later(self._manners)

    def update_config(self, request: Request, identifier: str) -> Answer:
        """POST /configs/webhook/{id}."""
        tenant = self._tenant(request)
        with self._pulse:
            self._config(tenant, identifier)
        body = self._body(request, forgives=True)
        bodies.look_at_update(body, self._manners)
        with self._pulse:
            updated = tenant.keeping.update(self._config(tenant, identifier), body)
            return 200, updated.shown_later(self._manners)

    def delete_config(self, request: Request, identifier: str) -> Answer:
        """DELETE /configs/webhook/{id}."""
        tenant = self._tenant(request)
        with self._pulse:
            return 200, tenant.keeping.delete(self._config(tenant, identifier)).shown_later(self._manners)

    def test_config(self, request: Request, identifier: str) -> Answer:
        """POST /configs/webhook/{id}/test."""
        tenant = self._tenant(request)
        request.get_data()
        with self._pulse:
            config = self._config(tenant, identifier)
            seconds = bodies.seconds_to_await(request.headers.get("Ricloud-Await"), self._manners)
            task = tenant.trials.ask(config)
            tasks = tenant.organisation.tasks
            self._pulse.wait_for(lambda: tasks[str(task.id)].is_over, timeout=seconds)
            shown = tasks[str(task.id)].shown(self._manners, tenant.organisation.key_id)
            return self._manners.tests.accepted_status, shown

    # ------------------------------------------------------------------------------------------ tasks and events

    def list_tasks(self, request: Request) -> Answer:
        """GET /tasks."""
        tenant = self._tenant(request)
        with self._pulse:
            items = views.tasks(tenant.organisation)
        return self._page(request, views.tasks_kind(self._manners), items)

    def retrieve_task(self, request: Request, identifier: str) -> Answer:
        """GET /tasks/{id}."""
        tenant = self._tenant(request)
        with self._pulse:
            task: Task | None = tenant.organisation.tasks.get(identifier)
        if task is None:
            raise self._directory.missing("tasks", identifier)
        return 200, task.shown(self._manners, tenant.organisation.key_id)

    def list_events(self, request: Request) -> Answer:
        """GET /events."""
        tenant = self._tenant(request)
        with self._pulse:
            items = views.events(tenant.organisation)
        return self._page(request, views.EVENTS, items)

    def retrieve_event(self, request: Request, identifier: str) -> Answer:
        """GET /events/{id}."""
        tenant = self._tenant(request)
        with self._pulse:
            event: Event | None = tenant.organisation.events.get(identifier)
        if event is None:
            raise self._directory.missing("events", identifier)
        return 200, event.shown(self._manners)

    # -------------------------------------------------------------------------------------- organisation and key

    def retrieve_organisation(self, request: Request) -> Answer:
        """GET /organisation."""
        tenant = self._tenant(request)
        with self._pulse:
            return 200, views.organisation(tenant.organisation)

    def update_organisation(self, request: Request) -> Answer:
        """POST /organisation."""
        tenant = self._tenant(request)
        body = self._body(request)
        bodies.look_at_choice(body, "webhook_config_default", frozenset({"name"}), self._manners)
        with self._pulse:
            organisation = tenant.organisation
            if "webhook_config_default" in body:
                organisation.default = self._chosen(tenant, body, "webhook_config_default")
            organisation.name = body.get("name", organisation.name)
            organisation.changed()
            return 200, views.organisation(organisation)

    def retrieve_key(self, request: Request, identifier: str | None = None) -> Answer:
        """GET /key and GET /keys/{id}."""
        tenant = self._tenant(request)
        if identifier not in {None, str(tenant.organisation.key_id)}:
            raise self._directory.missing("keys", str(identifier))
        with self._pulse:
            return 200, views.key(tenant.organisation)

    def update_key(self, request: Request, identifier: str) -> Answer:
        """POST /keys/{id}."""
        tenant = self._tenant(request)
        if identifier != str(tenant.organisation.key_id):
            raise self._directory.missing("keys", identifier)
        body = self._body(request)
        bodies.look_at_choice(body, "webhook_config", frozenset(), self._manners)
        with self._pulse:
            if "webhook_config" in body:
                tenant.organisation.own = self._chosen(tenant, body, "webhook_config")
                tenant.organisation.changed()
            return 200, views.key(tenant.organisation)

    # --------------------------------------------------------------------------------------------------- shared

    def _tenant(self, request: Request) -> Tenant:
        return self._directory.of(self._directory.token(request.headers.get("Authorization")))

    def _config(self, tenant: Tenant, identifier: str) -> Config:
        config = tenant.organisation.config(identifier)
        if config is None:
            raise self._directory.missing("configs", identifier)
        return config

    def _body(self, request: Request, *, forgives: bool = False) -> Mapping[str, Any]:
        return bodies.read_object(request.get_data(), request.mimetype, self._manners, forgives=forgives)

    def _page(self, request: Request, kind: views.Kind, items: list[views.Item]) -> Answer:
        view = page(kind, items, request.args.items(multi=True), self._manners)
        return 200, {**view, "url": f"{request.root_path.rstrip('/')}{kind.path}"}

    def _chosen(self, tenant: Tenant, body: Mapping[str, Any], name: str) -> Identifier | None:
        choices, identifier = self._manners.choices, body[name]
        if identifier is None:
            return None
        config = tenant.organisation.config(identifier)
        if config is None and choices.status_of_unknown == 400:
            refuse_parameter(name, "names no config")
        if config is None:
            raise Refused(choices.status_of_unknown, "There is no such config.", code="no-such-config")
        if config.state != "valid" and not choices.takes_invalid:
            refuse_parameter(name, "names a config that is not valid")
        return config.id
