package com.amazonaws.services.glue.util;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options that Python hands over as one JSON object. */
public class JsonOptions {
    private final JsonNode values;

    public JsonOptions(String json) throws JsonProcessingException {
        values = new ObjectMapper().readTree(json);
    }

    /** Every option whose value is a text. */
    public Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        values.fields().forEachRemaining(field -> {
            if (field.getValue().isTextual()) {
                texts.put(field.getKey(), field.getValue().textValue());
            }
        });
        return texts;
    }

    /** An option that is a list of texts; empty if it is absent. */
    public String[] list(String name) {
        List<String> texts = new ArrayList<>();
        values.path(name).forEach(value -> texts.add(value.textValue()));
        return texts.toArray(new String[0]);
    }
}
